package io.shiplog.command.kind.rbac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Users cannot grant what they do not hold. */
public class EscalationTest {
    private static final String RBAC = ".rbac.authorization.k8s.io";
    private static final Actor JANE = new Actor("jane", List.of("system:authenticated"));
    private static final Actor ADMIN = new Actor("root", List.of("system:masters"));

    /** Jane may read pods in the namespace shop, and the role admin exists. */
    private final FakeState state = new FakeState()
            .with(
                    KindValidationTest.type("roles" + RBAC),
                    "{'metadata':{'name':'reader','namespace':'shop'},'rules':[{'apiGroups':[''],'resources':['pods'],"
                            + "'verbs':['get','list']}]}")
            .with(
                    KindValidationTest.type("rolebindings" + RBAC),
                    "{'metadata':{'name':'b','namespace':'shop'},'roleRef':{'kind':'Role','name':'reader'},'subjects':[{'kind':"
                            + "'User','name':'jane'}]}")
            .with(
                    KindValidationTest.type("clusterroles" + RBAC),
                    "{'metadata':{'name':'admin'},'rules':[{'apiGroups':['*'],'resources':['*'],'verbs':['*']}]}");

    @Test
    void a_role_within_ones_own_rights_is_allowed() {
        assertNull(role(JANE, "['pods']", "['get']"));
    }

    @Test
    void a_role_beyond_ones_own_rights_is_forbidden_and_the_message_says_which() {
        Refusal refusal = Objects.requireNonNull(role(JANE, "['pods','secrets']", "['get']"));
        assertEquals(Refusal.Reason.FORBIDDEN, refusal.reason());
        assertEquals(
                "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"jane\" (groups=[\"system:authenticated\"]) is"
                        + " attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}",
                refusal.message());
    }

    /** Verbs times groups times resources: five million parts of a 4 KB role. */
    @Test
    void a_role_of_millions_of_parts_is_refused_with_a_short_message() {
        String many = IntStream.range(0, 170).mapToObj(i -> "'w" + i + "'").collect(Collectors.joining(",", "[", "]"));
        Refusal refusal = assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> Objects.requireNonNull(role(JANE, many, many, many)));
        assertEquals(Refusal.Reason.FORBIDDEN, refusal.reason());
        assertTrue(refusal.message().length() < 20_000, refusal.message());
        assertTrue(refusal.message().endsWith("and maybe more"), refusal.message());
    }

    @Test
    void masters_may_write_any_role() {
        assertNull(role(ADMIN, "['*']", "['*']"));
    }

    @Test
    void who_may_escalate_may_write_any_role() {
        state.with(
                        KindValidationTest.type("roles" + RBAC),
                        "{'metadata':{'name':'e','namespace':'shop'},'rules':[{'apiGroups':['rbac.authorization.k8s.io'],"
                                + "'resources':['roles'],'verbs':['escalate']}]}")
                .with(
                        KindValidationTest.type("rolebindings" + RBAC),
                        "{'metadata':{'name':'e','namespace':'shop'},'roleRef':{'kind':'Role','name':'e'},'subjects':[{'kind':"
                                + "'User','name':'jane'}]}");
        assertNull(role(JANE, "['*']", "['*']"));
    }

    @Test
    void binding_a_role_that_one_holds_is_allowed_and_another_is_not() {
        assertNull(binding(JANE, "Role", "reader"));
        Refusal refusal = Objects.requireNonNull(binding(JANE, "ClusterRole", "admin"));
        assertEquals(Refusal.Reason.FORBIDDEN, refusal.reason());
        assertNull(binding(ADMIN, "ClusterRole", "admin"));
    }

    @Test
    void a_role_that_does_not_exist_cannot_be_bound_by_who_holds_less_than_all() {
        Refusal refusal = Objects.requireNonNull(binding(JANE, "Role", "ghost"));
        assertEquals("roles.rbac.authorization.k8s.io \"ghost\" not found", refusal.message());
    }

    private @Nullable Refusal role(Actor actor, String resources, String verbs) {
        return role(actor, "['']", resources, verbs);
    }

    private @Nullable Refusal role(Actor actor, String groups, String resources, String verbs) {
        return admit(
                "roles" + RBAC,
                "{'metadata':{'name':'r','namespace':'shop'},'rules':[{'apiGroups':" + groups + ",'resources':"
                        + resources + ",'verbs':" + verbs + "}]}",
                actor);
    }

    private @Nullable Refusal binding(Actor actor, String kind, String role) {
        return admit(
                "rolebindings" + RBAC,
                "{'metadata':{'name':'x','namespace':'shop'},'roleRef':{'kind':'" + kind + "','name':'" + role
                        + "'},'subjects':[{'kind':'User','name':'bob'}]}",
                actor);
    }

    private @Nullable Refusal admit(String type, String json, Actor actor) {
        var resource = KindValidationTest.type(type);
        return Samples.strategy(resource).admit(Samples.defaulted(resource, json), null, actor, state);
    }
}
