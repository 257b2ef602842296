package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.schema.Decoding;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.RandomObjects;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.Actor;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Objects that the schema allows and that are otherwise nonsense: whatever a user sends is accepted or refused with a sentence,
 * never with an exception; defaults settle at once,
 * and what is stored comes back the same.
 */
public class RandomObjectsTest {
    private static final int ROUNDS = 100;

    private final SchemaValidation schemas = new SchemaValidation(Schemas.builtIn());
    private final FakeState state =
            new FakeState().with("serviceaccounts", "{'metadata':{'name':'default','namespace':'default'}}");
    private final Actor actor = new Actor("jane", List.of());

    @Test
    void nothing_that_the_schema_allows_breaks_a_strategy() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        RandomObjects objects = new RandomObjects(random);
        int decoded = 0;
        int made = 0;
        for (KindDescription kind : BuiltInKinds.catalogue().all()) {
            if (!kind.storedAs().equals(kind.type())) {
                continue;
            }
            for (int i = 0; i < ROUNDS; i++) {
                ObjectNode object =
                        objects.object(Objects.requireNonNull(Schemas.builtIn().of(kind)));
                object.remove(List.of("apiVersion", "kind"));
                try {
                    made++;
                    decoded += check(kind, Json.of(object), random) ? 1 : 0;
                } catch (RuntimeException | AssertionError e) {
                    fail("seed " + seed + ", " + kind.kind() + ": " + object, e);
                }
            }
        }
        assertTrue(decoded > made / 2, "only %d of %d were decoded, seed %d".formatted(decoded, made, seed));
    }

    /** Whether the object got past the decoder. */
    private boolean check(KindDescription kind, Json body, Random random) {
        if (!(schemas.decode(kind, kind.versions().getFirst(), body, FieldValidation.STRICT)
                instanceof Decoding.Decoded decoded)) {
            return false; // a quantity or a time that is none
        }
        Kind strategy = Samples.strategy(kind.type());
        ObjectNode object = decoded.object();
        ObjectNode old = random.nextBoolean() ? object.deepCopy() : null;
        strategy.setDefaults(object);
        ObjectNode once = object.deepCopy();
        strategy.setDefaults(object);
        assertEquals(once, object, "defaulting twice");
        if (old == null) {
            strategy.prepareForCreate(object, state);
        } else {
            strategy.prepareForUpdate(object, old, state);
        }
        assertEquals(Json.of(object).tree(), object, "through the log and back");
        strategy.admit(object, old, actor, state);
        FieldErrors errors = new FieldErrors();
        strategy.validate(object, errors);
        if (old != null) {
            strategy.validateUpdate(object, old, errors);
            strategy.prepareForStatusUpdate(object, old, state);
            strategy.validateStatusUpdate(object, old, errors);
        }
        strategy.warnings(object);
        strategy.gracePeriodSeconds(object, null);
        kind.columns().forEach(column -> column.cell().value(object, FakeState.NOW));
        kind.fields().values().forEach(field -> field.value(object));
        return true;
    }
}
