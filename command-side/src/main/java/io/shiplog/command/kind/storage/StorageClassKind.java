package io.shiplog.command.kind.storage;

import static io.shiplog.command.kind.tree.Trees.text;
import static io.shiplog.events.kind.MetaColumns.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.check.NodeLabels;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import io.shiplog.events.object.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** StorageClasses: how volumes are made for claims. */
public final class StorageClassKind implements Kind {
    public static final ResourceType TYPE = new ResourceType(StorageKinds.GROUP, "storageclasses");

    private static final List<String> DEFAULT_ANNOTATIONS =
            List.of("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class");
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Retain");
    private static final List<String> BINDING_MODES = List.of("Immediate", "WaitForFirstConsumer");

    private static final List<Column> COLUMNS = List.of(
            new Column(
                    MetaColumns.NAME.name(),
                    MetaColumns.NAME.type(),
                    MetaColumns.NAME.format(),
                    MetaColumns.NAME.description(),
                    0,
                    (storageClass, now) -> isDefault(storageClass)
                            ? Trees.name(storageClass) + " (default)"
                            : Trees.name(storageClass)),
            text(
                    "Provisioner",
                    "provisioner indicates the type of the provisioner.",
                    (storageClass, now) -> text(storageClass, "provisioner")),
            text(
                    "ReclaimPolicy",
                    "reclaimPolicy controls the reclaimPolicy for dynamically provisioned PersistentVolumes of this storage"
                            + " class. Defaults to Delete.",
                    (storageClass, now) -> storageClass.path("reclaimPolicy").asText("Delete")),
            text(
                    "VolumeBindingMode",
                    "volumeBindingMode indicates how PersistentVolumeClaims should be provisioned and bound.  When unset,"
                            + " VolumeBindingImmediate is used. This field is only honored by servers that enable the"
                            + " VolumeScheduling feature.",
                    (storageClass, now) ->
                            storageClass.path("volumeBindingMode").asText("Immediate")),
            text(
                    "AllowVolumeExpansion",
                    "allowVolumeExpansion shows whether the storage class allow volume expand.",
                    (storageClass, now) ->
                            storageClass.path("allowVolumeExpansion").asBoolean()),
            MetaColumns.AGE);

    private static boolean isDefault(JsonNode storageClass) {
        JsonNode annotations = Trees.at(storageClass, "metadata", "annotations");
        return DEFAULT_ANNOTATIONS.stream()
                .anyMatch(name -> text(annotations, name).equals("true"));
    }

    /** The name of the class of claims that name none: the newest of the default classes; empty if there is none. */
    public static String byDefault(DecidedState state) {
        Comparator<JsonNode> oldest = Comparator.comparing(each -> text(each, "metadata", "creationTimestamp"));
        return state.list(TYPE).stream()
                .map(each -> each.json().tree())
                .filter(StorageClassKind::isDefault)
                .min(oldest.reversed().thenComparing(Trees::name))
                .map(Trees::name)
                .orElse("");
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(TYPE.group(), "v1", "StorageClass", TYPE.resource(), Scope.CLUSTER)
                .columns(COLUMNS)
                .shortNames("sc")
                .done();
    }

    @Override
    public boolean hasGeneration() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode storageClass) {
        if (!storageClass.has("reclaimPolicy")) {
            storageClass.put("reclaimPolicy", "Delete");
        }
        if (!storageClass.has("volumeBindingMode")) {
            storageClass.put("volumeBindingMode", "Immediate");
        }
    }

    @Override
    public void validate(ObjectNode storageClass, FieldErrors errors) {
        Provisioning.driver(storageClass.path("provisioner"), "provisioner", errors);
        Provisioning.parameters(storageClass.path("parameters"), errors);
        String policy = text(storageClass, "reclaimPolicy");
        if (!policy.isEmpty() && !RECLAIM_POLICIES.contains(policy)) {
            errors.notSupported("reclaimPolicy", policy, RECLAIM_POLICIES);
        }
        String mode = text(storageClass, "volumeBindingMode");
        if (!BINDING_MODES.contains(mode)) {
            errors.notSupported("volumeBindingMode", mode, BINDING_MODES);
        }
        topologies(storageClass.path("allowedTopologies"), errors);
    }

    /** Each term is compared with those before it; Kubernetes takes one without expressions for a duplicate of none. */
    private static void topologies(JsonNode topologies, FieldErrors errors) {
        List<Map<String, Set<String>>> seen = new ArrayList<>();
        int index = 0;
        for (JsonNode term : topologies) {
            String at = "allowedTopologies[" + index++ + "].matchLabelExpressions";
            Map<String, Set<String>> values = expressions(term.path("matchLabelExpressions"), at, errors);
            int times = values.isEmpty() ? topologies.size() : 0;
            times += (int) seen.stream().filter(values::equals).count();
            for (int i = 0; i < times; i++) {
                errors.duplicate(at, "");
            }
            seen.add(values);
        }
    }

    private static Map<String, Set<String>> expressions(JsonNode expressions, String path, FieldErrors errors) {
        Map<String, Set<String>> all = new HashMap<>();
        int index = 0;
        for (JsonNode expression : expressions) {
            String at = path + "[" + index++ + "]";
            String key = text(expression, "key");
            Set<String> values = values(expression.path("values"), at + ".values", errors);
            Checks.each(Names.qualified(key), at + ".key", key, errors);
            if (all.put(key, values) != null) {
                errors.duplicate(at + ".key", key);
            }
        }
        return all;
    }

    private static Set<String> values(JsonNode values, String path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        if (values.isEmpty()) {
            errors.required(path, "");
        }
        int index = 0;
        for (JsonNode value : values) {
            if (!seen.add(value.asText())) {
                errors.duplicate(path + "[" + index + "]", value.asText());
            }
            index++;
        }
        return seen;
    }

    @Override
    public void validateUpdate(ObjectNode storageClass, ObjectNode old, FieldErrors errors) {
        Checks.immutable(storageClass.path("parameters"), old.path("parameters"), "parameters", errors);
        Checks.immutableText(storageClass.path("provisioner"), old.path("provisioner"), "provisioner", errors);
        Checks.immutable(storageClass.path("reclaimPolicy"), old.path("reclaimPolicy"), "reclaimPolicy", errors);
        Checks.immutable(
                storageClass.path("volumeBindingMode"), old.path("volumeBindingMode"), "volumeBindingMode", errors);
    }

    @Override
    public List<String> warnings(ObjectNode storageClass) {
        List<String> warnings = new ArrayList<>(0);
        int term = 0;
        for (JsonNode topology : storageClass.path("allowedTopologies")) {
            int index = 0;
            for (JsonNode expression : topology.path("matchLabelExpressions")) {
                String message = NodeLabels.deprecation(text(expression, "key"));
                if (message != null) {
                    warnings.add(
                            "allowedTopologies[%d].matchLabelExpressions[%d].key: %s".formatted(term, index, message));
                }
                index++;
            }
            term++;
        }
        return warnings;
    }
}
