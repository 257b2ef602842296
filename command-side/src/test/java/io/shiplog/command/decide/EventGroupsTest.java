package io.shiplog.command.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.Cluster;
import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.slice.Reading;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.core.service.ServiceNetwork;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.Command;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.Index;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An Event is one object under two groups. */
class EventGroupsTest {
    private static final ResourceType CORE = ResourceType.core("events");
    private static final ResourceType EVENTS = new ResourceType("events.k8s.io", "events");
    private static final ObjectKey KEY = ObjectKey.of(CORE, "shop", "web.1");

    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final Decider decider = new Decider(TestKinds::withoutRules, new SchemaValidation(Schemas.builtIn()));

    EventGroupsTest() {
        put(ObjectKey.clusterScoped(ResourceType.core("namespaces"), "shop"), "{'metadata':{'name':'shop'}}");
        put(
                KEY,
                "{'apiVersion':'v1','kind':'Event','metadata':{'name':'web.1','namespace':'shop','uid':'u'},"
                        + "'involvedObject':{'kind':'Pod','name':'web','namespace':'shop'},'message':'Started','count':1}");
    }

    private void put(ObjectKey key, String json) {
        objects.put(
                key,
                new ImageEvolution(BuiltInKinds.catalogue())
                        .stored(BuiltInKinds.catalogue(), key, 7, Json.of(json.replace('\'', '"')), "test"));
    }

    private Decision.Changed decide(Command command) {
        return assertInstanceOf(Decision.Changed.class, decide(decider, command));
    }

    private Decision decide(Decider decider, Command command) {
        DecidedState state = new DecidedState() {
            @Override
            public @Nullable StoredObject get(ObjectKey key) {
                return objects.get(key);
            }

            @Override
            public Collection<StoredObject> list(ResourceType type) {
                return List.of();
            }

            @Override
            public <K extends Comparable<? super K>> Collection<StoredObject> by(Index<K> index, K key) {
                return List.of();
            }

            @Override
            public KindCatalogue kinds() {
                return BuiltInKinds.catalogue();
            }

            @Override
            public Instant now() {
                return Scenario.NOW;
            }
        };
        Chance chance = Chance.of(new SplittableRandom(1));
        Reading.Asked asked = assertInstanceOf(
                Reading.Asked.class, decider.read(CommandRequest.byUser(Cluster.ALICE, command), state, chance));
        return decider.decide(asked, objects.get(asked.key()), state, chance);
    }

    @Test
    void anEventOfTheNewGroupLiesInTheLogInTheOldForm() {
        Decision.Changed changed = decide(new CreateObject(
                EVENTS,
                "shop",
                Json.of(
                        "{\"metadata\":{\"name\":\"a\"},\"regarding\":{\"kind\":\"Pod\"},\"note\":\"n\",\"deprecatedCount\":2}"),
                FieldValidation.STRICT));

        ObjectNode object = changed.object();
        assertEquals(ObjectKey.of(CORE, "shop", "a"), changed.key());
        assertEquals("/api/v1/namespaces/shop/events/a", changed.subject());
        assertEquals("v1", object.path("apiVersion").asText());
        assertEquals("n", object.path("message").asText());
        assertEquals("Pod", object.at("/involvedObject/kind").asText());
        assertEquals(2, object.path("count").asInt());
        assertFalse(object.has("note"));
    }

    @Test
    void aPatchSpeaksOfTheFormThatItsGroupHas() {
        Decision.Changed changed = decide(new PatchObject(
                ObjectKey.of(EVENTS, "shop", "web.1"),
                "",
                PatchType.JSON,
                Json.of("[{\"op\":\"replace\",\"path\":\"/note\",\"value\":\"Back\"}]"),
                FieldValidation.STRICT));

        assertEquals("recurred", changed.type().happened());
        assertEquals("Back", changed.object().path("message").asText());
        assertEquals("Pod", changed.object().at("/involvedObject/kind").asText());
    }

    /** The rules are those of the group that the client names, whatever form is stored. */
    @Test
    void eachGroupHasItsRules() {
        Decider strict =
                new Decider(new BuiltInKinds(ServiceNetwork.DEFAULT)::of, new SchemaValidation(Schemas.builtIn()));
        String event = "{\"metadata\":{\"name\":\"a\"},\"type\":\"Normal\",\"INVOLVED\":{\"namespace\":\"shop\"}}";
        Json core = Json.of(event.replace("INVOLVED", "involvedObject"));
        Json events = Json.of(event.replace("INVOLVED", "regarding"));

        assertInstanceOf(
                Decision.Changed.class, decide(strict, new CreateObject(CORE, "shop", core, FieldValidation.STRICT)));
        Decision.Refused refused = assertInstanceOf(
                Decision.Refused.class,
                decide(strict, new CreateObject(EVENTS, "shop", events, FieldValidation.STRICT)));
        assertEquals(
                "Event \"a\" is invalid: eventTime: Required value",
                refused.refusal().message());

        Json patch = Json.of("{\"reason\":\"Other\"}");
        assertInstanceOf(
                Decision.Changed.class,
                decide(strict, new PatchObject(KEY, "", PatchType.MERGE, patch, FieldValidation.STRICT)));
        assertInstanceOf(
                Decision.Refused.class,
                decide(
                        strict,
                        new PatchObject(
                                ObjectKey.of(EVENTS, "shop", "web.1"),
                                "",
                                PatchType.MERGE,
                                patch,
                                FieldValidation.STRICT)));
    }
}
