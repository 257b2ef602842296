package io.shiplog.command.kind.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyRotationKindTest {
    private static final Actor ALICE = new Actor("alice", List.of());

    private final FakeState state = new FakeState();

    private @Nullable Refusal admit(String targets) {
        return new KeyRotationKind()
                .admit(
                        Samples.tree("{'metadata':{'name':'x'},'spec':{'shred':[" + targets + "]}}"),
                        null,
                        ALICE,
                        state);
    }

    private String wrong(String targets) {
        Refusal refusal = admit(targets);
        return refusal == null ? "" : refusal.message();
    }

    @Test
    void a_deleted_object_of_a_known_kind_is_shredded() {
        assertNull(admit("{'apiVersion':'v1','kind':'Secret','namespace':'shop','name':'db'}"));
    }

    @Test
    void a_target_of_an_unknown_kind_is_refused() {
        assertEquals(
                "KeyRotation.keys.shiplog.io \"x\" is invalid: spec.shred[0].kind: Not found: \"Secret\"",
                wrong("{'apiVersion':'apps/v1','kind':'Secret','name':'db'}"));
    }

    @Test
    void a_target_has_a_namespace_if_its_kind_has() {
        assertEquals(
                "KeyRotation.keys.shiplog.io \"x\" is invalid: [spec.shred[0].namespace: Required value,"
                        + " spec.shred[1].namespace: Forbidden: not allowed on this type]",
                wrong("{'apiVersion':'v1','kind':'Secret','name':'db'},"
                        + "{'apiVersion':'v1','kind':'Node','namespace':'shop','name':'n'}"));
    }

    @Test
    void an_object_that_still_exists_is_refused() {
        state.with("secrets", "{'metadata':{'name':'db','namespace':'shop','uid':'u'}}");

        assertEquals(
                "Operation cannot be fulfilled on keyrotations.keys.shiplog.io \"x\": secrets \"db\" still exists: delete it first",
                wrong("{'apiVersion':'v1','kind':'Secret','namespace':'shop','name':'db'}"));
    }
}
