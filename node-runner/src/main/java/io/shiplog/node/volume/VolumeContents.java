package io.shiplog.node.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.node.reference.Place;
import io.shiplog.node.reference.PodFields;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.AtomicFolder.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The content of configMap, secret, downwardAPI and projected volumes. Pure. */
public final class VolumeContents {
    private static final int DEFAULT_MODE = 0644;

    private final JsonNode pod;
    private final Referred referred;
    private final Place place;
    private final Tokens tokens;

    /** Provides the token for a {@code serviceAccountToken} source. */
    @FunctionalInterface
    public interface Tokens {
        /**
         * @param audience empty for the cluster's own
         * @throws UnresolvedException if there is none now
         */
        String token(String audience, long expirationSeconds) throws UnresolvedException;
    }

    public VolumeContents(JsonNode pod, Referred referred, Place place, Tokens tokens) {
        this.pod = pod;
        this.referred = referred;
        this.place = place;
        this.tokens = tokens;
    }

    /** Whether this class provides the volume's content. */
    public static boolean fills(JsonNode volume) {
        return volume.hasNonNull("configMap")
                || volume.hasNonNull("secret")
                || volume.hasNonNull("downwardAPI")
                || volume.hasNonNull("projected");
    }

    /**
     * The files of a volume, by relative path.
     *
     * @throws UnresolvedException if a referenced object is missing (yet)
     */
    public Map<String, Payload> of(JsonNode volume) throws UnresolvedException {
        Map<String, Payload> files = new TreeMap<>();
        if (volume.hasNonNull("configMap")) {
            configMap(volume.path("configMap"), mode(volume.path("configMap"), "defaultMode", DEFAULT_MODE), files);
        } else if (volume.hasNonNull("secret")) {
            JsonNode source = volume.path("secret");
            secret(source, source.path("secretName").asText(), mode(source, "defaultMode", DEFAULT_MODE), files);
        } else if (volume.hasNonNull("downwardAPI")) {
            JsonNode source = volume.path("downwardAPI");
            downward(source, mode(source, "defaultMode", DEFAULT_MODE), files);
        } else {
            projected(volume.path("projected"), files);
        }
        return files;
    }

    private void projected(JsonNode projected, Map<String, Payload> files) throws UnresolvedException {
        int mode = mode(projected, "defaultMode", DEFAULT_MODE);
        for (JsonNode source : projected.path("sources")) {
            if (source.hasNonNull("configMap")) {
                configMap(source.path("configMap"), mode, files);
            } else if (source.hasNonNull("secret")) {
                JsonNode secret = source.path("secret");
                secret(secret, secret.path("name").asText(), mode, files);
            } else if (source.hasNonNull("downwardAPI")) {
                downward(source.path("downwardAPI"), mode, files);
            } else if (source.hasNonNull("serviceAccountToken")) {
                JsonNode token = source.path("serviceAccountToken");
                String text = tokens.token(
                        token.path("audience").asText(""),
                        token.path("expirationSeconds").asLong(3600));
                files.put(token.path("path").asText("token"), new Payload(text.getBytes(StandardCharsets.UTF_8), mode));
            } else {
                throw new UnresolvedException("unsupported projected volume source: " + source);
            }
        }
    }

    private void configMap(JsonNode source, int mode, Map<String, Payload> files) throws UnresolvedException {
        boolean optional = source.path("optional").asBoolean(false);
        String name = source.path("name").asText();
        select(
                source,
                referred.configMap(name, optional),
                mode,
                optional,
                "configmap references non-existent config",
                files);
    }

    private void secret(JsonNode source, String name, int mode, Map<String, Payload> files) throws UnresolvedException {
        boolean optional = source.path("optional").asBoolean(false);
        select(source, referred.secret(name, optional), mode, optional, "references non-existent secret", files);
    }

    private static void select(
            JsonNode source,
            Map<String, byte[]> data,
            int mode,
            boolean optional,
            String missing,
            Map<String, Payload> files)
            throws UnresolvedException {
        if (!source.path("items").isArray() || source.path("items").isEmpty()) {
            data.forEach((key, bytes) -> files.put(key, new Payload(bytes, mode)));
            return;
        }
        for (JsonNode item : source.path("items")) {
            byte[] bytes = data.get(item.path("key").asText());
            if (bytes != null) {
                files.put(item.path("path").asText(), new Payload(bytes, mode(item, "mode", mode)));
            } else if (!optional) {
                throw new UnresolvedException(
                        missing + " key: " + item.path("key").asText());
            }
        }
    }

    private void downward(JsonNode source, int mode, Map<String, Payload> files) throws UnresolvedException {
        for (JsonNode item : source.path("items")) {
            String text = item.hasNonNull("fieldRef")
                    ? PodFields.field(
                            pod, item.path("fieldRef").path("fieldPath").asText(), place)
                    : PodFields.resource(
                            pod, pod.path("spec").path("containers").path(0), item.path("resourceFieldRef"), place);
            files.put(
                    item.path("path").asText(),
                    new Payload(text.getBytes(StandardCharsets.UTF_8), mode(item, "mode", mode)));
        }
    }

    private static int mode(JsonNode source, String field, int otherwise) {
        return source.hasNonNull(field) ? source.path(field).asInt() : otherwise;
    }
}
