package io.shiplog.command.decide;

import static io.shiplog.command.decide.Scenario.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.ObjectKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeletingTest {
    private static final ObjectKey SETTINGS = ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", "settings");
    private static final ObjectKey POD = ObjectKey.of(TestKinds.PODS, "shop", "web-1");
    private static final ObjectKey RC = ObjectKey.of(TestKinds.REPLICATION_CONTROLLERS, "shop", "web");
    private static final ObjectKey SHOP = ObjectKey.clusterScoped(TestKinds.NAMESPACES, "shop");

    private static final String SETTINGS_JSON =
            "{'kind':'ConfigMap','metadata':{'name':'settings','namespace':'shop','uid':'u-1'}}";
    private static final String HELD_JSON =
            "{'kind':'ConfigMap','metadata':{'name':'settings','namespace':'shop','uid':'u-1','finalizers':['a.b/c']}}";
    private static final String RC_JSON =
            "{'kind':'ReplicationController','metadata':{'name':'web','namespace':'shop','uid':'u-2','generation':3}}";

    private static String pod(String metadata, String spec, String status) {
        return "{'kind':'Pod','metadata':{'name':'web-1','namespace':'shop','uid':'u-3'%s},'spec':{%s},'status':{%s}}"
                .formatted(metadata, spec, status);
    }

    private static final String RUNNING = pod(",'generation':1", "'nodeName':'n1'", "'phase':'Running'");

    @Test
    void whatNothingHoldsIsGoneAtOnce() {
        given(SETTINGS_JSON).delete(SETTINGS).happens("deleted", Outcome.DELETED);
    }

    @Test
    void whatIsNotThereCannotBeDeleted() {
        given().delete(SETTINGS).refused(Reason.NOT_FOUND, "configmaps \"settings\" not found");
    }

    @Test
    void preconditionsMustHold() {
        given(SETTINGS_JSON)
                .when(new DeleteObject(SETTINGS, new Preconditions("u-9", null), null, null))
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on ConfigMap \"settings\": the UID in the precondition (u-9) does not"
                                + " match the UID in record (u-1). The object might have been deleted and then recreated");
        given(SETTINGS_JSON)
                .when(new DeleteObject(SETTINGS, new Preconditions("u-1", "1"), null, null))
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on ConfigMap \"settings\": the ResourceVersion in the precondition (1)"
                                + " does not match the ResourceVersion in record (2). The object might have been modified");
        given(SETTINGS_JSON)
                .when(new DeleteObject(SETTINGS, new Preconditions("u-1", "2"), null, null))
                .happens("deleted", Outcome.DELETED);
    }

    @Test
    void aFinalizerHoldsAnObject() {
        ObjectNode object = given(HELD_JSON)
                .delete(SETTINGS)
                .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                .object();

        assertEquals(
                "2026-11-22T10:00:00Z", object.at("/metadata/deletionTimestamp").asText());
        assertEquals(0, object.at("/metadata/deletionGracePeriodSeconds").asInt(-1));
    }

    @Test
    void askingAgainChangesNothing() {
        given(HELD_JSON.replace(
                        "'uid':'u-1'",
                        "'uid':'u-1','deletionTimestamp':'2026-11-22T09:00:00Z','deletionGracePeriodSeconds':0"))
                .delete(SETTINGS)
                .nothing();
    }

    @Test
    void foregroundAndOrphanWaitForTheGarbageCollector() {
        ObjectNode foreground = given(RC_JSON)
                .delete(RC, Propagation.FOREGROUND)
                .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                .object();
        ObjectNode orphan = given(RC_JSON)
                .delete(RC, Propagation.ORPHAN)
                .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                .object();

        assertEquals(
                "foregroundDeletion", foreground.at("/metadata/finalizers/0").asText());
        assertEquals(4, foreground.at("/metadata/generation").asInt());
        assertEquals("orphan", orphan.at("/metadata/finalizers/0").asText());
        given(RC_JSON).delete(RC, Propagation.BACKGROUND).happens("deleted", Outcome.DELETED);
    }

    @Test
    void aReplicationControllerOrphansUnlessToldOtherwise() {
        assertEquals(
                "orphan",
                given(RC_JSON)
                        .delete(RC)
                        .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                        .object()
                        .at("/metadata/finalizers/0")
                        .asText());
    }

    @Test
    void aRunningPodIsGivenTime() {
        ObjectNode object = given(RUNNING)
                .delete(POD)
                .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                .object();

        assertEquals(
                "2026-11-22T10:00:30Z", object.at("/metadata/deletionTimestamp").asText());
        assertEquals(30, object.at("/metadata/deletionGracePeriodSeconds").asInt());
        assertEquals(2, object.at("/metadata/generation").asInt());
    }

    @Test
    void aPodThatNoNodeRunsIsNotWaitedFor() {
        given(pod("", "", "'phase':'Pending'")).delete(POD).happens("deleted", Outcome.DELETED);
        given(pod("", "'nodeName':'n1'", "'phase':'Succeeded'")).delete(POD).happens("deleted", Outcome.DELETED);
        given(pod("", "'nodeName':'n1'", "'phase':'Failed'")).delete(POD).happens("deleted", Outcome.DELETED);
    }

    @Test
    void timeIsOnlyEverShortened() {
        String going = pod(
                ",'deletionTimestamp':'2026-11-22T10:00:30Z','deletionGracePeriodSeconds':30",
                "'nodeName':'n1'",
                "'phase':'Running'");

        given(going).delete(POD, 60).nothing();
        given(going).delete(POD).nothing();
        ObjectNode shorter = given(going)
                .delete(POD, 10)
                .happens("modified", Outcome.DELETION_REQUESTED)
                .object();
        assertEquals(
                "2026-11-22T10:00:10Z",
                shorter.at("/metadata/deletionTimestamp").asText());
        given(going).delete(POD, 0).happens("deleted", Outcome.DELETED);
    }

    @Test
    void theNodesLastWordStillWaitsForFinalizers() {
        given(pod(
                        ",'deletionTimestamp':'2026-11-22T10:00:30Z','deletionGracePeriodSeconds':30,'finalizers':['a.b/c']",
                        "'nodeName':'n1'",
                        "'phase':'Running'"))
                .delete(POD, 0)
                .happens("modified", Outcome.DELETION_REQUESTED);
    }

    @Test
    void aNegativeGracePeriodIsASecond() {
        ObjectNode deleted = given(RUNNING)
                .delete(POD, -1)
                .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                .object();
        assertEquals(1, deleted.at("/metadata/deletionGracePeriodSeconds").asInt());
    }

    @Test
    void aNamespaceEndsWhenItsFinalizersAreGone() {
        String held = "{'kind':'Namespace','metadata':{'name':'shop','uid':'u'},'spec':{'finalizers':['kubernetes']},"
                + "'status':{'phase':'Active'}}";
        ObjectNode ending = given(held)
                .delete(SHOP)
                .happens("deletion-requested", Outcome.DELETION_REQUESTED)
                .object();
        assertEquals("Terminating", ending.at("/status/phase").asText());

        given(ending.toString().replace('"', '\''))
                .replace(SHOP, "finalize", "{'metadata':{'name':'shop'},'spec':{'finalizers':[]}}")
                .happens("deleted", Outcome.DELETED);
    }

    @Test
    void someNamespacesAreImmortal() {
        given("{'kind':'Namespace','metadata':{'name':'default','uid':'u'}}")
                .delete(ObjectKey.clusterScoped(TestKinds.NAMESPACES, "default"))
                .refused(Reason.FORBIDDEN, "namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    @Test
    void aPodIsBoundOnce() {
        String pending = pod("", "", "'phase':'Pending'");
        ObjectNode bound = given(pending).when(new BindPod(POD, null, "n1")).changes("scheduled");

        assertEquals("n1", bound.at("/spec/nodeName").asText());
        assertEquals("PodScheduled", bound.at("/status/conditions/0/type").asText());
        given(RUNNING)
                .when(new BindPod(POD, null, "n2"))
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on pods/binding \"web-1\": pod web-1 is already assigned to node \"n1\"");
    }

    @Test
    void aPodThatIsGoingOrAnotherOneIsNotBound() {
        given(pod(",'deletionTimestamp':'2026-11-22T10:00:30Z'", "", "'phase':'Pending'"))
                .when(new BindPod(POD, null, "n1"))
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on pods/binding \"web-1\": pod web-1 is being deleted, cannot be assigned to"
                                + " a host");
        assertTrue(given(pod("", "", "'phase':'Pending'"))
                .when(new BindPod(POD, "u-9", "n1"))
                .refusal()
                .contains("Precondition failed: UID in precondition: u-9, UID in object meta: u-3"));
        given().when(new BindPod(POD, null, "n1")).refused(Reason.NOT_FOUND, "pods \"web-1\" not found");
    }

    @Test
    void aBoundPodIsNominatedNoMore() {
        ObjectNode bound = given(pod("", "", "'phase':'Pending','nominatedNodeName':'n2'"))
                .when(new BindPod(POD, null, "n1"))
                .changes("scheduled");
        assertFalse(bound.path("status").has("nominatedNodeName"));
    }

    private static EvictPod eviction(@Nullable String uid, @Nullable Long grace, Disruption why) {
        return new EvictPod(new DeleteObject(POD, new Preconditions(uid, null), grace, null), why);
    }

    @ParameterizedTest
    @EnumSource(Disruption.class)
    void anEvictionIsADeletionThatSaysWhy(Disruption why) {
        Decision.Changed evicted =
                given(RUNNING).when(eviction("u-3", 7L, why)).happens("deletion-requested", Outcome.DELETION_REQUESTED);
        assertEquals(EventVerb.EVICT, evicted.verb());
        assertEquals(
                "2026-11-22T10:00:07Z",
                evicted.object().at("/metadata/deletionTimestamp").asText());
        ObjectNode condition = (ObjectNode) evicted.object().at("/status/conditions/0");
        assertEquals("DisruptionTarget", condition.path("type").asText());
        assertEquals("True", condition.path("status").asText());
        assertEquals(1, condition.path("observedGeneration").asInt());
        assertEquals(why.reason(), condition.path("reason").asText());
        assertEquals(why.message(), condition.path("message").asText());
        assertEquals(
                "2026-11-22T10:00:00Z", condition.path("lastTransitionTime").asText());
    }

    @Test
    void whatNoNodeRunsIsEvictedAtOnce() {
        for (String pod : List.of(pod("", "", "'phase':'Pending'"), pod("", "'nodeName':'n1'", "'phase':'Failed'"))) {
            Decision.Changed evicted = given(pod)
                    .when(eviction(null, null, Disruption.EVICTION_API))
                    .happens("deleted", Outcome.DELETED);
            assertEquals(
                    "EvictionByEvictionAPI",
                    evicted.object().at("/status/conditions/0/reason").asText());
        }
    }

    @Test
    void aPodThatGoesAlreadyIsNotEvictedAgain() {
        given(pod(
                        ",'deletionTimestamp':'2026-11-22T10:00:30Z','deletionGracePeriodSeconds':30",
                        "'nodeName':'n1'",
                        "'phase':'Running'"))
                .when(eviction(null, null, Disruption.PREEMPTION))
                .nothing();
    }

    @Test
    void anotherPodOfTheSameNameIsNotEvicted() {
        assertTrue(given(RUNNING)
                .when(eviction("u-9", null, Disruption.PREEMPTION))
                .refusal()
                .contains("the UID in the precondition (u-9) does not match the UID in record (u-3)"));
        given().when(eviction(null, null, Disruption.TAINT)).refused(Reason.NOT_FOUND, "pods \"web-1\" not found");
        given(SETTINGS_JSON)
                .when(new EvictPod(new DeleteObject(SETTINGS, Preconditions.NONE, null, null), Disruption.TAINT))
                .refused(Reason.NOT_FOUND, "the server could not find the requested resource");
    }
}
