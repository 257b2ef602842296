package io.shiplog.docker.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.docker.client.ClientException;
import io.shiplog.docker.client.KubeApi;
import io.shiplog.docker.client.Terminal;
import io.shiplog.events.json.Json;
import java.time.Duration;
import java.util.List;

/** Asks a cluster for a rotation of its keys, and prints the result. */
public final class KeyRotationRequest {
    private static final String PATH = "/apis/keys.shiplog.io/v1/keyrotations";
    /** A long log is read to find the objects to shred. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private KeyRotationRequest() {}

    /**
     * Waits until it is done.
     *
     * @param shred items of {@code spec.shred}
     * @throws ClientException if it is refused or fails, with the reason
     */
    public static void send(KubeApi api, String generateName, List<ObjectNode> shred) {
        tell(done(api, rotation(generateName, shred)).path("status"));
    }

    /**
     * Checks that objects could be shredded, existing ones too, and changes nothing.
     *
     * @param shred items of {@code spec.shred}
     * @throws ClientException if not, with the reason
     */
    static void check(KubeApi api, String generateName, List<ObjectNode> shred) {
        ObjectNode rotation = rotation(generateName, shred);
        rotation.withObject("/spec").put("dryRun", true);
        JsonNode done = done(api, rotation);
        try {
            api.send("DELETE", PATH + "/" + done.at("/metadata/name").asText(), Json.MAPPER.createObjectNode());
        } catch (ClientException e) {
            if (!e.forbidden()) {
                throw e; // Without the right to delete it, the check stays, as any rotation does.
            }
        }
        mustBe("Checked", done.path("status"));
    }

    private static ObjectNode rotation(String generateName, List<ObjectNode> shred) {
        ObjectNode rotation = Json.MAPPER.createObjectNode();
        rotation.putObject("metadata").put("generateName", generateName);
        shred.forEach(rotation.putObject("spec").putArray("shred")::add);
        return rotation;
    }

    private static JsonNode done(KubeApi api, ObjectNode rotation) {
        String name = api.post(PATH, rotation).at("/metadata/name").asText();
        return api.await(PATH, name, each -> each.path("status").has("phase"), PATIENCE)
                .orElseThrow(
                        () -> new ClientException("not done within %d s; see later: kubectl get keyrotation %s -o yaml"
                                .formatted(PATIENCE.toSeconds(), name)));
    }

    private static void mustBe(String phase, JsonNode status) {
        if (!status.path("phase").asText().equals(phase)) {
            throw new ClientException(status.path("message").asText());
        }
    }

    private static void tell(JsonNode status) {
        mustBe("Done", status);
        for (JsonNode each : status.path("shredded")) {
            String name = each.path("namespace").asText().isEmpty()
                    ? each.path("name").asText()
                    : each.path("namespace").asText() + "/" + each.path("name").asText();
            Terminal.println("Shredded %s %s (uid %s): its %d events can no longer be read."
                    .formatted(
                            each.path("kind").asText(),
                            name,
                            each.path("uid").asText(),
                            each.path("events").asInt()));
            if (each.has("plainEvents")) {
                Terminal.println("  But %d earlier events were not encrypted, and stay in the log as they are."
                        .formatted(each.path("plainEvents").asInt()));
            }
        }
        Terminal.println(
                "The key-encryption key %s is in force, the former one is destroyed; %d data keys were rewrapped."
                        .formatted(
                                status.path("keyEncryptionKey").asText(),
                                status.path("keys").asInt()));
        Terminal.println(
                "Make a new backup ('./shiplog keys export') and destroy the older ones; copy the key file to roles on other machines.");
    }
}
