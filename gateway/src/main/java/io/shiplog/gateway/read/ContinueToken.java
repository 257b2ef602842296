package io.shiplog.gateway.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.gateway.outcome.Checked;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of a list begins. Opaque to clients.
 *
 * @param revision the state that all pages of the list show; {@link #ANY} if the list is no longer consistent
 * @param namespace of the first object of the page
 * @param name of the first object of the page
 * @param left how many objects are left from there on; -1 if not counted
 */
record ContinueToken(long revision, String namespace, String name, long left) {
    static final long ANY = -1;
    private static final String FORM = "shiplog/v1";

    String text() {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        tree.put("v", FORM);
        tree.put("rv", revision);
        tree.put("ns", namespace);
        tree.put("start", name);
        tree.put("left", left);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(tree.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Checked<ContinueToken> parse(String text) {
        try {
            byte[] json = Base64.getUrlDecoder().decode(text);
            if (json.length > 0 && json[0] != '{') {
                return Checked.bad(
                        "invalid continue token: continue key is not valid: invalid character '%c' looking for beginning of value"
                                .formatted((char) (json[0] & 0xFF)));
            }
            JsonNode tree = Json.ofUtf8(json).tree();
            if (tree.path("v").asText("").equals(FORM) && tree.path("rv").isIntegralNumber()) {
                return Checked.ok(new ContinueToken(
                        tree.path("rv").asLong(),
                        tree.path("ns").asText(""),
                        tree.path("start").asText(""),
                        tree.path("left").asLong(-1)));
            }
            return Checked.bad("invalid continue token: continue key is not valid: its form is not known");
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return Checked.bad("invalid continue token: continue key is not valid: it is damaged");
        }
    }
}
