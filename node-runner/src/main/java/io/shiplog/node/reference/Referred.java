package io.shiplog.node.reference;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** ConfigMaps and Secrets of one namespace as a pod sees them: keys and bytes. */
public final class Referred {
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    private static final ResourceType SECRETS = ResourceType.core("secrets");

    private final String namespace;
    private final Lookup lookup;

    /** @param namespace the pod's */
    public Referred(String namespace, Lookup lookup) {
        this.namespace = namespace;
        this.lookup = lookup;
    }

    /** Finds an object, or null. */
    @FunctionalInterface
    public interface Lookup {
        @Nullable StoredObject get(ObjectKey key);
    }

    /**
     * All of a ConfigMap, text and binary, by key; empty if it is optional and absent.
     *
     * @throws UnresolvedException {@code configmap "x" not found}
     */
    public Map<String, byte[]> configMap(String name, boolean optional) throws UnresolvedException {
        JsonNode tree = tree(CONFIG_MAPS, "configmap", name, optional);
        Map<String, byte[]> data = new TreeMap<>();
        tree.path("data").properties().forEach(e -> data.put(e.getKey(), utf8(e.getValue())));
        tree.path("binaryData").properties().forEach(e -> data.put(e.getKey(), base64(e.getValue())));
        return data;
    }

    /**
     * All of a Secret by key; empty if it is optional and absent.
     *
     * @throws UnresolvedException {@code secret "x" not found}
     */
    public Map<String, byte[]> secret(String name, boolean optional) throws UnresolvedException {
        JsonNode tree = tree(SECRETS, "secret", name, optional);
        Map<String, byte[]> data = new TreeMap<>();
        tree.path("data").properties().forEach(e -> data.put(e.getKey(), base64(e.getValue())));
        return data;
    }

    private JsonNode tree(ResourceType type, String word, String name, boolean optional) throws UnresolvedException {
        StoredObject object = lookup.get(ObjectKey.of(type, namespace, name));
        if (object == null) {
            if (optional) {
                return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
            }
            throw new UnresolvedException("%s \"%s\" not found".formatted(word, name));
        }
        return object.json().tree();
    }

    /**
     * The value of a {@code configMapKeyRef} or {@code secretKeyRef}; null if it is optional and absent.
     *
     * @param secret which of the two it is
     * @throws UnresolvedException {@code couldn't find key k in ConfigMap default/x}
     */
    public byte @Nullable [] key(JsonNode reference, boolean secret) throws UnresolvedException {
        String name = reference.path("name").asText();
        String key = reference.path("key").asText();
        boolean optional = reference.path("optional").asBoolean(false);
        byte[] value = (secret ? secret(name, optional) : configMap(name, optional)).get(key);
        if (value == null && !optional) {
            throw new UnresolvedException("couldn't find key %s in %s %s/%s"
                    .formatted(key, secret ? "Secret" : "ConfigMap", namespace, name));
        }
        return value;
    }

    private static byte[] utf8(JsonNode text) {
        return text.asText().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] base64(JsonNode text) {
        return Base64.getMimeDecoder().decode(text.asText());
    }
}
