package io.shiplog.command.decide.slice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.kind.Guard;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.StoredObject;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What budgets say to an eviction. */
class EvictionBudgetsTest {
    private static final ImageEvolution EVOLUTION = new ImageEvolution(BuiltInKinds.catalogue());
    private static final String READY = "{'type':'Ready','status':'True'}";

    private final FakeState state = new FakeState(BuiltInKinds.catalogue()).at(Instant.parse("2026-11-22T12:00:00Z"));
    private long revision;

    private StoredObject put(String group, String kind, String name, String rest) {
        KindDescription described =
                Objects.requireNonNull(BuiltInKinds.catalogue().byKind(group, kind));
        ObjectKey key = ObjectKey.of(described.type(), "shop", name);
        String json = "{'metadata':{'name':'%s','namespace':'shop','uid':'%s'%s"
                .formatted(name, kind + name, rest)
                .replace('\'', '"');
        StoredObject stored = EVOLUTION.stored(BuiltInKinds.catalogue(), key, ++revision, Json.of(json), "test");
        state.with(stored);
        return stored;
    }

    private StoredObject pod(String name, String metadata, String conditions) {
        return put(
                "",
                "Pod",
                name,
                ",'labels':{'app':'web'}%s},'status':{'phase':'Running','conditions':[%s]}}"
                        .formatted(metadata, conditions));
    }

    private StoredObject ready(String name) {
        return pod(name, owner("ReplicaSet", "web"), READY);
    }

    private static String owner(String kind, String name) {
        return ",'ownerReferences':[{'apiVersion':'apps/v1','kind':'%s','name':'%s','uid':'%s','controller':true}]"
                .formatted(kind, name, kind + name);
    }

    private void replicaSet(int replicas) {
        put("apps", "ReplicaSet", "web", "},'spec':{'replicas':%d}}".formatted(replicas));
    }

    private void budget(String name, String spec) {
        put(
                "policy",
                "PodDisruptionBudget",
                name,
                "},'spec':{'selector':{'matchLabels':{'app':'web'}},%s}}".formatted(spec));
    }

    private Refusal refusal(StoredObject pod) {
        return Objects.requireNonNull(EvictionBudgets.refusal(pod, state), "no refusal");
    }

    @Test
    void withoutABudgetPodsAreEvicted() {
        assertNull(EvictionBudgets.refusal(ready("a"), state));
    }

    @Test
    void aBudgetRefusesWithItsNumbers() {
        budget("keep", "'minAvailable':2");
        ready("b");
        Refusal refusal = refusal(ready("a"));
        assertEquals(Refusal.Reason.TOO_MANY_REQUESTS, refusal.reason());
        assertEquals("Cannot evict pod as it would violate the pod's disruption budget.", refusal.message());
        assertEquals("DisruptionBudget", refusal.causes().getFirst().reason());
        assertEquals(
                "The disruption budget keep needs 2 healthy pods and has 2 currently",
                refusal.causes().getFirst().message());
    }

    @Test
    void aPodMoreThanNeededMayGo() {
        budget("keep", "'minAvailable':2");
        ready("b");
        ready("c");
        assertNull(EvictionBudgets.refusal(ready("a"), state));
    }

    @Test
    void ofTwoEvictionsAtOnceOnlyOnePasses() {
        budget("keep", "'minAvailable':2");
        ready("b");
        StoredObject first = ready("a");
        StoredObject second = ready("c");
        // Both are proposed on the same state,
        assertNull(EvictionBudgets.refusal(first, state));
        assertNull(EvictionBudgets.refusal(second, state));
        Guard guard = EvictionBudgets.guard(second);
        long since = revision;
        assertTrue(guard.holds(state, since));
        // the first is decided,
        pod("a", owner("ReplicaSet", "web") + ",'deletionTimestamp':'2026-11-22T12:00:30Z'", READY);
        // and the second must be proposed again, and is refused.
        assertFalse(guard.holds(state, since));
        assertEquals(
                "The disruption budget keep needs 2 healthy pods and has 2 currently",
                refusal(second).causes().getFirst().message());
    }

    @Test
    void aPodThatIsRemovedMeanwhileCounts() {
        budget("keep", "'minAvailable':2");
        ready("a");
        StoredObject going = ready("b");
        StoredObject third = ready("c");
        Guard guard = EvictionBudgets.guard(third);
        long since = revision;
        assertTrue(guard.holds(state, since));

        state.without(going.key());

        assertFalse(guard.holds(state, since));
    }

    @Test
    void aPartIsOfWhatTheControllersWant() {
        replicaSet(4);
        budget("keep", "'maxUnavailable':'30%'"); // 2 of 4, rounded up
        ready("a");
        assertEquals(
                "The disruption budget keep needs 2 healthy pods and has 2 currently",
                refusal(ready("b")).causes().getFirst().message());
        assertNull(EvictionBudgets.refusal(ready("c"), state));
    }

    @Test
    void ofADeploymentItsReplicasCount() {
        put("apps", "Deployment", "site", "},'spec':{'replicas':3}}");
        put("apps", "ReplicaSet", "web", owner("Deployment", "site") + "},'spec':{'replicas':1}}");
        budget("keep", "'maxUnavailable':1");
        ready("a");
        assertEquals(
                "The disruption budget keep needs 2 healthy pods and has 2 currently",
                refusal(ready("b")).causes().getFirst().message());
        assertNull(EvictionBudgets.refusal(ready("c"), state));
    }

    @Test
    void withoutAControllerThatScalesNothingIsAllowed() {
        put("batch", "Job", "web", "},'spec':{}}");
        budget("keep", "'maxUnavailable':1");
        StoredObject pod = pod(
                "a",
                ",'ownerReferences':[{'apiVersion':'batch/v1','kind':'Job','name':'web','uid':'Jobweb','controller':true}]",
                READY);
        assertEquals(
                "The disruption budget keep does not allow evicting pods currently because it failed sync: jobs.batch does not"
                        + " implement the scale subresource",
                refusal(pod).causes().getFirst().message());
    }

    @Test
    void anUnhealthyPodGoesIfTheOthersAreEnough() {
        budget("keep", "'minAvailable':1");
        StoredObject sick = pod("a", "", "");
        assertEquals(
                "The disruption budget keep needs 1 healthy pods and has 0 currently",
                refusal(sick).causes().getFirst().message());
        ready("b");
        assertNull(EvictionBudgets.refusal(sick, state));
    }

    @Test
    void anUnhealthyPodAlwaysGoesIfTheBudgetSaysSo() {
        budget("keep", "'minAvailable':1,'unhealthyPodEvictionPolicy':'AlwaysAllow'");
        assertNull(EvictionBudgets.refusal(pod("a", "", ""), state));
        assertEquals(Refusal.Reason.TOO_MANY_REQUESTS, refusal(ready("b")).reason());
    }

    @Test
    void twoBudgetsAreOneTooMany() {
        budget("keep", "'minAvailable':0");
        budget("too", "'minAvailable':0");
        Refusal refusal = refusal(ready("a"));
        assertEquals(500, refusal.reason().code());
        assertEquals(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
                refusal.message());
    }

    @Test
    void anEmptySelectorIsAboutAllPodsAndAMissingOneAboutNone() {
        put("policy", "PodDisruptionBudget", "none", "},'spec':{'minAvailable':1}}");
        assertNull(EvictionBudgets.refusal(ready("a"), state));
        put("policy", "PodDisruptionBudget", "all", "},'spec':{'selector':{},'minAvailable':1}}");
        assertEquals(
                "The disruption budget all needs 1 healthy pods and has 1 currently",
                refusal(ready("a")).causes().getFirst().message());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Succeeded", "Failed", "Pending"})
    void aPodThatDoesNotRunIsNotProtected(String phase) {
        assertFalse(EvictionBudgets.asksBudgets(
                Disruption.EVICTION_API,
                Json.of("{\"status\":{\"phase\":\"" + phase + "\"}}").tree()));
    }

    @ParameterizedTest
    @EnumSource(Disruption.class)
    void onlyTheEvictionApiAsks(Disruption why) {
        assertEquals(
                why == Disruption.EVICTION_API,
                EvictionBudgets.asksBudgets(
                        why, Json.of("{\"status\":{\"phase\":\"Running\"}}").tree()));
    }

    @Test
    void whatTheStatusAnnouncesAsGoingDoesNotCount() {
        put(
                "policy",
                "PodDisruptionBudget",
                "keep",
                "},'spec':{'selector':{},'minAvailable':1},'status':{'disruptedPods':{'b':'2026-11-22T11:59:00Z','c':'2026-11-22T11:00:00Z'}}}");
        ready("b");
        assertEquals(Refusal.Reason.TOO_MANY_REQUESTS, refusal(ready("a")).reason());
        ready("c"); // announced too long ago
        assertNull(EvictionBudgets.refusal(ready("a"), state));
    }
}
