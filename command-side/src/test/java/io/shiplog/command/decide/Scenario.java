package io.shiplog.command.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.slice.Reading;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Given these objects, when this is asked, then that is decided. Nothing runs: {@code decide} is a function. */
final class Scenario {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00.5Z");

    private static final Actor ALICE = new Actor("alice", List.of("system:authenticated"));
    private static final ImageEvolution EVOLUTION = new ImageEvolution(TestKinds.CATALOGUE);
    private static final Decider DECIDER =
            new Decider(TestKinds::withoutRules, new SchemaValidation(Schemas.builtIn()));

    private final FakeState state = new FakeState(TestKinds.CATALOGUE).at(NOW);
    private long revision;
    private Actor actor = ALICE;
    private @Nullable String manager;

    /** The namespace {@code shop} at revision 1, and these objects behind it, in JSON with single quotes. */
    static Scenario given(String... objects) {
        Scenario scenario = new Scenario();
        scenario.put("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'shop','uid':'u-shop'}}");
        for (String object : objects) {
            scenario.put(object);
        }
        return scenario;
    }

    /** From now on this one asks. */
    Scenario as(Actor who) {
        actor = who;
        return this;
    }

    /** From now on requests name this field manager. */
    Scenario manager(String name) {
        manager = name;
        return this;
    }

    private void put(String text) {
        ObjectNode object = (ObjectNode) json(text).tree();
        String apiVersion = object.path("apiVersion").asText("v1");
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        KindDescription kind =
                TestKinds.CATALOGUE.byKind(group, object.path("kind").asText());
        if (kind == null) {
            throw new IllegalArgumentException("no such kind: " + text);
        }
        JsonNode metadata = object.path("metadata");
        ObjectKey key = ObjectKey.of(
                kind.type(),
                metadata.path("namespace").asText(""),
                metadata.path("name").asText());
        revision++;
        ((ObjectNode) metadata).put("resourceVersion", Long.toString(revision));
        state.with(EVOLUTION.stored(TestKinds.CATALOGUE, key, revision, Json.of(object), "test"));
    }

    /** An object as a reader of the log gets it. */
    Scenario holding(ObjectKey key, Json object) {
        revision++;
        state.with(EVOLUTION.stored(TestKinds.CATALOGUE, key, revision, object, "test"));
        return this;
    }

    static Json json(String singleQuoted) {
        return Json.of(singleQuoted.replace('\'', '"'));
    }

    Then create(ResourceType type, String body) {
        return create(type, body, FieldValidation.IGNORE);
    }

    Then create(ResourceType type, String body, FieldValidation validation) {
        KindDescription kind = TestKinds.CATALOGUE.get(type);
        String namespace = kind != null && kind.namespaced() ? "shop" : "";
        return when(new CreateObject(type, namespace, json(body), validation));
    }

    Then replace(ObjectKey key, String body) {
        return replace(key, "", body);
    }

    /** With the name of the key, unless the body has another. */
    Then replace(ObjectKey key, String subresource, String body) {
        ObjectNode tree = (ObjectNode) json(body).tree();
        ObjectNode metadata = tree.withObject("/metadata");
        if (!metadata.has("name")) {
            metadata.put("name", key.name());
        }
        return when(new ReplaceObject(key, subresource, Json.of(tree), FieldValidation.IGNORE, true));
    }

    Then patch(ObjectKey key, String subresource, PatchType patchType, String patch) {
        return when(new PatchObject(key, subresource, patchType, json(patch), FieldValidation.IGNORE));
    }

    Then delete(ObjectKey key) {
        return when(new DeleteObject(key, Preconditions.NONE, null, null));
    }

    Then delete(ObjectKey key, long graceSeconds) {
        return when(new DeleteObject(key, Preconditions.NONE, graceSeconds, null));
    }

    Then delete(ObjectKey key, Propagation propagation) {
        return when(new DeleteObject(key, Preconditions.NONE, null, propagation));
    }

    Then when(Command command) {
        CommandRequest request = new CommandRequest("c-1", actor, null, "c-1", false, "", manager, command);
        Chance chance = Chance.of(new SplittableRandom(7));
        return new Then(
                switch (DECIDER.read(request, state, chance)) {
                    case Reading.Unreadable unreadable -> new Decision.Refused(unreadable.refusal());
                    case Reading.Asked asked -> DECIDER.decide(asked, state.get(asked.key()), state, chance);
                });
    }

    /** What was decided. */
    record Then(Decision decision) {
        Decision.Changed happens(String word, Outcome outcome) {
            Decision.Changed changed = assertInstanceOf(Decision.Changed.class, decision, decision::toString);
            assertEquals(word, changed.type().happened());
            assertEquals(outcome, changed.outcome());
            return changed;
        }

        ObjectNode changes(String word) {
            return happens(word, Outcome.CHANGED).object();
        }

        void nothing() {
            assertInstanceOf(Decision.Unchanged.class, decision, decision::toString);
        }

        Refusal refused(Reason reason, String message) {
            Decision.Refused refused = assertInstanceOf(Decision.Refused.class, decision, decision::toString);
            assertEquals(message, refused.refusal().message());
            assertEquals(reason, refused.refusal().reason());
            return refused.refusal();
        }

        /** Refused with 422, and this field among the causes. */
        void isInvalid(String field) {
            Refusal refusal = assertInstanceOf(Decision.Refused.class, decision, decision::toString)
                    .refusal();
            assertEquals(Reason.INVALID, refusal.reason());
            assertEquals(field, refusal.causes().getFirst().field());
        }

        String refusal() {
            return assertInstanceOf(Decision.Refused.class, decision, decision::toString)
                    .refusal()
                    .message();
        }
    }
}
