package io.shiplog.command.kind.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node may say of itself, beside its status. */
public class NodeLabelsTest {
    private static final Actor NODE = Actor.node("a");
    private static final Actor ALICE = new Actor("alice", List.of("system:authenticated"));

    private static @Nullable String admit(Actor actor, String node, @Nullable String old) {
        Refusal refusal = Samples.strategy(ResourceType.core("nodes"))
                .admit(Samples.tree(node), old == null ? null : Samples.tree(old), actor, new FakeState());
        return refusal == null ? null : refusal.message();
    }

    private static String labelled(String label) {
        return "{'metadata':{'name':'a','labels':{'%s':'x'}}}".formatted(label);
    }

    private static final String PLAIN = "{'metadata':{'name':'a','labels':{}}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubernetes.io/hostname",
                "topology.kubernetes.io/zone",
                "gpu.node.kubernetes.io/kind",
                "rack",
                "me.io/x"
            })
    void labelsThatANodeMayGiveItself(String label) {
        assertNull(admit(NODE, labelled(label), null));
        assertNull(admit(NODE, labelled(label), PLAIN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node-restriction.kubernetes.io/secure",
                "team.node-restriction.kubernetes.io/secure",
                "node-role.kubernetes.io/control-plane",
                "x.k8s.io/y",
                "kubernetes.io/other"
            })
    void labelsThatOnlyAnAdministratorGives(String label) {
        assertEquals(
                "nodes \"a\" is forbidden: node \"a\" is not allowed to set the following labels: " + label,
                admit(NODE, labelled(label), null));
        assertEquals(
                "nodes \"a\" is forbidden: node \"a\" is not allowed to modify labels: " + label,
                admit(NODE, PLAIN, labelled(label)));
        assertNull(admit(NODE, labelled(label), labelled(label)));
        assertNull(admit(ALICE, labelled(label), PLAIN));
    }

    @Test
    void theTaintOfANewNodeIsTheServersOwn() {
        ObjectNode node = Samples.tree("{'metadata':{'name':'a'}}");
        Samples.strategy(ResourceType.core("nodes")).prepareForCreate(node, new FakeState());

        assertNull(admit(NODE, node.toString(), null));
    }

    @Test
    void aNodeNeitherComesWithTaintsNorChangesThem() {
        String tainted = "{'metadata':{'name':'a'},'spec':{'taints':[{'key':'k','effect':'NoSchedule'}]}}";
        String free = "{'metadata':{'name':'a'},'spec':{}}";

        assertEquals("nodes \"a\" is forbidden: node \"a\" is not allowed to set taints", admit(NODE, tainted, null));
        assertNull(admit(NODE, tainted, tainted));
        assertEquals(
                "nodes \"a\" is forbidden: node \"a\" is not allowed to modify taints", admit(NODE, free, tainted));
        assertNull(admit(ALICE, free, tainted));
    }

    /** With an owner that is not there the garbage collector would delete it, and it would register again without its taints. */
    @Test
    void aNodeChangesNothingThatDeletesIt() {
        String owned =
                "{'metadata':{'name':'a','ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'no-such','uid':'1'}]}}";
        String held = "{'metadata':{'name':'a','finalizers':['a.b/c']}}";

        assertEquals(
                "nodes \"a\" is forbidden: node \"a\" is not allowed to modify ownerReferences",
                admit(NODE, owned, PLAIN));
        assertEquals(
                "nodes \"a\" is forbidden: node \"a\" is not allowed to modify finalizers", admit(NODE, PLAIN, held));
        assertNull(admit(ALICE, owned, PLAIN));
    }
}
