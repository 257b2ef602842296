package io.shiplog.command.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.shiplog.command.Cluster;
import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.slice.Reading;
import io.shiplog.command.decide.write.Chance;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.CommandRequest;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.ResourceType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What kinds there are is part of the state that a command is decided on. */
class KindsOfTheStateTest {
    private final Decider decider = new Decider(TestKinds::withoutRules, new SchemaValidation(Schemas.builtIn()));

    private Reading read(KindCatalogue kinds) {
        CreateObject command = new CreateObject(
                ResourceType.core("namespaces"),
                "",
                Json.of("{\"metadata\":{\"name\":\"shop\"}}"),
                FieldValidation.IGNORE);
        return decider.read(
                CommandRequest.byUser(Cluster.ALICE, command),
                new FakeState(kinds),
                Chance.of(new SplittableRandom(1)));
    }

    @Test
    void aKindOfTheStateIsDecided() {
        assertEquals(
                "shop",
                assertInstanceOf(Reading.Asked.class, read(TestKinds.CATALOGUE))
                        .key()
                        .name());
    }

    @Test
    void aKindThatTheStateLacksIsNotFound() {
        assertEquals(
                Reason.NOT_FOUND,
                assertInstanceOf(Reading.Unreadable.class, read(KindCatalogue.EMPTY))
                        .refusal()
                        .reason());
    }
}
