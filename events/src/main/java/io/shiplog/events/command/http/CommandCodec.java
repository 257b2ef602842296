package io.shiplog.events.command.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.OpenStream;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult;
import io.shiplog.events.command.CommandResult.Accepted;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.CommandResult.Refused;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Commands and answers as bytes: an envelope, one line of JSON, then the body as received, JSON or not. Unknown fields are
 * ignored, so the two ends may have different versions.
 */
public final class CommandCodec {
    private static final byte[] NO_BODY = {};

    private CommandCodec() {}

    /** Writes a command. */
    public static byte[] write(CommandRequest request) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("commandId", request.commandId());
        line.set("actor", actor(request.actor()));
        put(line, "causationId", request.causationId());
        line.put("correlationId", request.correlationId());
        line.put("dryRun", request.dryRun());
        line.put("version", request.version());
        put(line, "fieldManager", request.fieldManager());
        ObjectNode command = line.putObject("command");
        byte[] body = switch (request.command()) {
            case CreateObject create -> {
                command.put("is", "create");
                put(command, create.type());
                command.put("namespace", create.namespace());
                command.put("validation", create.validation().name());
                yield create.body().utf8();
            }
            case ReplaceObject replace -> {
                command.put("is", "replace");
                put(command, replace.key());
                command.put("subresource", replace.subresource());
                command.put("validation", replace.validation().name());
                command.put("creates", replace.creates());
                yield replace.body().utf8();
            }
            case PatchObject patch -> {
                command.put("is", "patch");
                put(command, patch.key());
                command.put("subresource", patch.subresource());
                command.put("patchType", patch.patchType().name());
                command.put("validation", patch.validation().name());
                yield patch.patch().utf8();
            }
            case ApplyObject apply -> {
                command.put("is", "apply");
                put(command, apply.key());
                command.put("subresource", apply.subresource());
                command.put("validation", apply.validation().name());
                command.put("force", apply.force());
                command.put("creates", apply.creates());
                yield apply.config().utf8();
            }
            case DeleteObject delete -> {
                command.put("is", "delete");
                put(command, delete);
                yield NO_BODY;
            }
            case EvictPod evict -> {
                command.put("is", "evict");
                put(command, evict.deletion());
                command.put("why", evict.why().name());
                yield NO_BODY;
            }
            case BindPod bind -> {
                command.put("is", "bind");
                put(command, bind.key());
                put(command, "uid", bind.uid());
                command.put("node", bind.node());
                yield NO_BODY;
            }
            case OpenStream open -> {
                command.put("is", "open");
                put(command, open.key());
                command.put("subresource", open.subresource());
                command.put("container", open.container());
                ArrayNode words = command.putArray("command");
                open.command().forEach(words::add);
                yield NO_BODY;
            }
            case RequestToken token -> {
                command.put("is", "token");
                put(command, token.key());
                yield token.body().utf8();
            }
        };
        return message(line, body);
    }

    /**
     * Reads a command.
     *
     * @throws IllegalArgumentException if the bytes are not a command
     */
    public static CommandRequest readRequest(byte[] message) {
        int end = endOfLine(message);
        JsonNode line = line(message, end);
        JsonNode actor = line.path("actor");
        return new CommandRequest(
                text(line, "commandId"),
                new Actor(text(actor, "user"), texts(actor.path("groups")), optional(actor, "impersonator")),
                optional(line, "causationId"),
                text(line, "correlationId"),
                line.path("dryRun").asBoolean(),
                text(line, "version"),
                optional(line, "fieldManager"),
                command(line.path("command"), body(message, end)));
    }

    private static Command command(JsonNode line, Json body) {
        return switch (text(line, "is")) {
            case "create" -> new CreateObject(type(line), text(line, "namespace"), body, validation(line));
            case "replace" ->
                new ReplaceObject(
                        key(line),
                        text(line, "subresource"),
                        body,
                        validation(line),
                        line.path("creates").asBoolean());
            case "patch" ->
                new PatchObject(
                        key(line),
                        text(line, "subresource"),
                        PatchType.valueOf(text(line, "patchType")),
                        body,
                        validation(line));
            case "apply" ->
                new ApplyObject(
                        key(line),
                        text(line, "subresource"),
                        body,
                        validation(line),
                        line.path("force").asBoolean(),
                        line.path("creates").asBoolean());
            case "delete" -> deletion(line);
            case "evict" -> new EvictPod(deletion(line), Disruption.valueOf(text(line, "why")));
            case "bind" -> new BindPod(key(line), optional(line, "uid"), text(line, "node"));
            case "open" ->
                new OpenStream(
                        key(line), text(line, "subresource"), text(line, "container"), texts(line.path("command")));
            case "token" -> new RequestToken(key(line), body);
            default -> throw new IllegalArgumentException("unknown command: " + text(line, "is"));
        };
    }

    private static void put(ObjectNode command, DeleteObject delete) {
        put(command, delete.key());
        put(command, "uid", delete.preconditions().uid());
        put(command, "resourceVersion", delete.preconditions().resourceVersion());
        if (delete.gracePeriodSeconds() != null) {
            command.put("gracePeriodSeconds", delete.gracePeriodSeconds());
        }
        put(
                command,
                "propagation",
                delete.propagation() == null ? null : delete.propagation().name());
    }

    private static DeleteObject deletion(JsonNode line) {
        String propagation = optional(line, "propagation");
        return new DeleteObject(
                key(line),
                new Preconditions(optional(line, "uid"), optional(line, "resourceVersion")),
                line.has("gracePeriodSeconds")
                        ? (Long) line.path("gracePeriodSeconds").asLong()
                        : null,
                propagation == null ? null : Propagation.valueOf(propagation));
    }

    /** Writes an answer. */
    public static byte[] write(CommandResult result) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        return switch (result) {
            case Accepted accepted -> {
                line.put("is", "accepted");
                put(line, accepted.key());
                line.put("revision", accepted.revision());
                line.put("outcome", accepted.outcome().name());
                putWarnings(line, accepted.warnings());
                yield message(line, accepted.object().utf8());
            }
            case Refused refused -> {
                line.put("is", "refused");
                put(line, refused.refusal());
                putWarnings(line, refused.warnings());
                yield message(line, NO_BODY);
            }
        };
    }

    /**
     * Reads an answer.
     *
     * @throws IllegalArgumentException if the bytes are not an answer
     */
    public static CommandResult readResult(byte[] message) {
        int end = endOfLine(message);
        JsonNode line = line(message, end);
        return switch (text(line, "is")) {
            case "accepted" ->
                new Accepted(
                        key(line),
                        line.path("revision").asLong(),
                        body(message, end),
                        Outcome.valueOf(text(line, "outcome")),
                        texts(line.path("warnings")));
            case "refused" -> new Refused(refusal(line), texts(line.path("warnings")));
            default -> throw new IllegalArgumentException("unknown answer: " + text(line, "is"));
        };
    }

    private static void putWarnings(ObjectNode line, List<String> warnings) {
        ArrayNode array = line.putArray("warnings");
        warnings.forEach(array::add);
    }

    private static void put(ObjectNode line, Refusal refusal) {
        line.put("reason", refusal.reason().name());
        line.put("message", refusal.message());
        if (refusal.key() != null) {
            put(line, refusal.key());
        }
        put(line, "kind", refusal.kind());
        ArrayNode causes = line.putArray("causes");
        refusal.causes()
                .forEach(cause -> causes.addObject()
                        .put("reason", cause.reason())
                        .put("message", cause.message())
                        .put("field", cause.field()));
        line.put("retryAfterSeconds", refusal.retryAfterSeconds());
    }

    private static Refusal refusal(JsonNode line) {
        List<Refusal.Cause> causes = new ArrayList<>();
        line.path("causes")
                .forEach(cause -> causes.add(
                        new Refusal.Cause(text(cause, "reason"), text(cause, "message"), text(cause, "field"))));
        return new Refusal(
                Refusal.Reason.valueOf(text(line, "reason")),
                text(line, "message"),
                line.has("resource") ? key(line) : null,
                optional(line, "kind"),
                causes,
                line.path("retryAfterSeconds").asInt());
    }

    private static ObjectNode actor(Actor actor) {
        ObjectNode node = JsonNodeFactory.instance.objectNode().put("user", actor.user());
        ArrayNode groups = node.putArray("groups");
        actor.groups().forEach(groups::add);
        if (actor.impersonator() != null) {
            node.put("impersonator", actor.impersonator());
        }
        return node;
    }

    private static void put(ObjectNode line, ResourceType type) {
        line.put("group", type.group()).put("resource", type.resource());
    }

    private static void put(ObjectNode line, ObjectKey key) {
        put(line, key.type());
        line.put("namespace", key.namespace()).put("name", key.name());
    }

    private static void put(ObjectNode line, String field, @Nullable String text) {
        if (text != null) {
            line.put(field, text);
        }
    }

    private static ResourceType type(JsonNode line) {
        return new ResourceType(text(line, "group"), text(line, "resource"));
    }

    private static ObjectKey key(JsonNode line) {
        return ObjectKey.of(type(line), text(line, "namespace"), text(line, "name"));
    }

    private static FieldValidation validation(JsonNode line) {
        return FieldValidation.valueOf(text(line, "validation"));
    }

    private static String text(JsonNode line, String field) {
        JsonNode node = line.path(field);
        if (!node.isTextual()) {
            throw new IllegalArgumentException("the message has no " + field);
        }
        return node.asText();
    }

    private static @Nullable String optional(JsonNode line, String field) {
        return line.path(field).isTextual() ? line.path(field).asText() : null;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    private static byte[] message(ObjectNode line, byte[] body) {
        // Jackson escapes line feeds within texts, so the first one ends the line.
        byte[] envelope = Json.of(line).utf8();
        byte[] message = Arrays.copyOf(envelope, envelope.length + 1 + body.length);
        message[envelope.length] = '\n';
        System.arraycopy(body, 0, message, envelope.length + 1, body.length);
        return message;
    }

    private static int endOfLine(byte[] message) {
        for (int i = 0; i < message.length; i++) {
            if (message[i] == '\n') {
                return i;
            }
        }
        throw new IllegalArgumentException("the message has no envelope");
    }

    private static JsonNode line(byte[] message, int end) {
        try {
            return Json.MAPPER.readTree(message, 0, end);
        } catch (IOException e) {
            throw new IllegalArgumentException("the envelope is not JSON", e);
        }
    }

    private static Json body(byte[] message, int end) {
        return Json.ofUtf8(Arrays.copyOfRange(message, end + 1, message.length));
    }
}
