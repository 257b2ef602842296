package io.shiplog.command.control.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.view.Conditions;
import io.shiplog.command.control.view.Edits;
import io.shiplog.command.kind.certificates.SigningRequest;
import io.shiplog.events.command.Command;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import io.shiplog.projections.image.StoredObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A CertificateSigningRequest as the controllers see it. */
record CertificateRequest(StoredObject stored, JsonNode tree) {
    static final String APPROVED = "Approved";
    static final String DENIED = "Denied";
    static final String FAILED = "Failed";

    /** The request of a key; null if it is gone or going. */
    static @Nullable CertificateRequest of(Image image, ObjectKey key) {
        StoredObject stored = image.get(key);
        return stored == null || stored.deleting()
                ? null
                : new CertificateRequest(stored, stored.json().tree());
    }

    boolean has(String condition) {
        return !condition(condition).isMissingNode();
    }

    JsonNode condition(String type) {
        return Conditions.find(conditions(), type);
    }

    JsonNode conditions() {
        return tree.path("status").path("conditions");
    }

    /** The issued certificate as PEM text; empty for none. */
    String certificate() {
        String base64 = tree.path("status").path("certificate").asText("");
        return new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    @Nullable Signer signer() {
        return Signer.named(tree.path("spec").path("signerName").asText(""));
    }

    List<String> usages() {
        return texts(tree.path("spec").path("usages"));
    }

    /** Seconds; null if the client leaves it to the signer. */
    @Nullable Long expirationSeconds() {
        JsonNode seconds = tree.path("spec").path("expirationSeconds");
        return seconds.isNumber() ? seconds.asLong() : null;
    }

    /** The user who made the request. */
    Actor requestor() {
        return new Actor(
                tree.path("spec").path("username").asText(""),
                texts(tree.path("spec").path("groups")));
    }

    /** The request for a certificate in it; null if it is damaged, which validation refuses. */
    @Nullable SigningRequest parsed() {
        try {
            return SigningRequest.of(tree.path("spec").path("request").asText(""));
        } catch (SigningRequest.UnreadableException e) {
            return null;
        }
    }

    /** Adds a condition, in the observed version. */
    Command with(String subresource, String type, String reason, String message, Instant now) {
        ArrayNode conditions = Json.MAPPER.createArrayNode();
        conditions().forEach(conditions::add);
        conditions
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message)
                .put("lastUpdateTime", Conditions.time(now))
                .put("lastTransitionTime", Conditions.time(now));
        ObjectNode patch = Json.MAPPER.createObjectNode();
        patch.putObject("metadata").put("uid", stored.uid()).put("resourceVersion", Long.toString(stored.revision()));
        patch.putObject("status").set("conditions", conditions);
        return Edits.patchSubresource(stored, subresource, patch);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
