package io.shiplog.events.kind.schema;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The order in which Go declares the fields of a struct, and so writes them. Kubernetes' protobuf messages are generated from its structs and keep
 * that order, whatever the numbers of the fields; a message without a field of its name in JSON is an embedded struct.
 */
final class DeclarationOrder {
    /** Embedded in every kind, and no part of its message. */
    private static final List<String> TYPE_META = List.of("kind", "apiVersion");

    /** Types of groups whose messages the client does not have. */
    private static final Map<String, List<String>> WITHOUT_MESSAGE = Map.of(
            "APIService", List.of("kind", "apiVersion", "metadata", "spec", "status"),
            "APIServiceList", List.of("kind", "apiVersion", "metadata", "items"),
            "APIServiceCondition", List.of("type", "status", "lastTransitionTime", "reason", "message"),
            "APIServiceSpec",
                    List.of(
                            "service",
                            "group",
                            "version",
                            "insecureSkipTLSVerify",
                            "caBundle",
                            "groupPriorityMinimum",
                            "versionPriority"),
            "APIServiceStatus", List.of("conditions"),
            "ServiceReference", List.of("namespace", "name", "port"));

    private DeclarationOrder() {}

    /**
     * The names of a schema's fields in their order.
     *
     * @param schema official name, such as {@code io.k8s.api.core.v1.Pod}
     * @param names of all its fields
     */
    static List<String> of(String schema, Set<String> names) {
        List<String> order = new ArrayList<>();
        String type = schema.substring(schema.lastIndexOf('.') + 1);
        List<String> known = schema.contains("kube-aggregator") ? WITHOUT_MESSAGE.get(type) : null;
        if (known != null) {
            order.addAll(known);
        } else {
            Descriptor message = file(schema).findMessageTypeByName(type);
            if (message == null) {
                throw new IllegalStateException("no message for " + schema);
            }
            add(order, message, names);
            TYPE_META.reversed().stream().filter(each -> !order.contains(each)).forEach(order::addFirst);
        }
        order.retainAll(names);
        if (order.size() != names.size()) {
            throw new IllegalStateException(schema + ": the message has " + order + ", the model " + names);
        }
        return order;
    }

    private static void add(List<String> order, Descriptor message, Set<String> names) {
        for (FieldDescriptor field : message.getFields()) {
            String name = jsonName(field, names);
            boolean embedded = !names.contains(name) && field.getJavaType() == JavaType.MESSAGE && !field.isRepeated();
            if (embedded) {
                add(order, field.getMessageType(), names);
            } else {
                order.add(name);
            }
        }
    }

    /** Some messages have {@code Webhooks} for {@code webhooks}; a schema's own words have names of their own. */
    private static String jsonName(FieldDescriptor field, Set<String> names) {
        String name = field.getName();
        if (!field.getContainingType().getName().equals("JSONSchemaProps")) {
            return names.stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
        }
        return switch (name) {
            case "ref", "schema" -> "$" + name;
            default ->
                name.startsWith("xKubernetes")
                        ? name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
                        : name;
        };
    }

    /** The client has a class for each version of a group: {@code V1Apps}, {@code V1} for the core group. */
    private static FileDescriptor file(String schema) {
        String[] parts = schema.split("\\.");
        String group = parts[parts.length - 3];
        String version = capitalized(parts[parts.length - 2]);
        String name = group.equals("meta") ? "Meta" : group.equals("core") ? version : version + capitalized(group);
        try {
            return (FileDescriptor) Class.forName("io.kubernetes.client.proto." + name)
                    .getMethod("getDescriptor")
                    .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("no messages for " + schema, e);
        }
    }

    private static String capitalized(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
