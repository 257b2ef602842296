package io.shiplog.command.decide;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Preconditions;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node changes what is its own: nodes {@code a} and {@code b}, a pod on each, and one on none. */
class NodeRestrictionTest {
    private static final ObjectKey OWN_POD = ObjectKey.of(TestKinds.PODS, "shop", "on-a");
    private static final ObjectKey OTHER_POD = ObjectKey.of(TestKinds.PODS, "shop", "on-b");
    private static final ObjectKey FREE_POD = ObjectKey.of(TestKinds.PODS, "shop", "free");
    private static final String RUNNING = "{'status':{'phase':'Running'}}";

    private final Scenario asNodeA = Scenario.given(
                    "{'kind':'Namespace','metadata':{'name':'kube-node-lease','uid':'u-l'}}",
                    "{'apiVersion':'v1','kind':'Node','metadata':{'name':'a','uid':'u-a'}}",
                    "{'kind':'Node','metadata':{'name':'b','uid':'u-b'}}",
                    "{'kind':'ConfigMap','metadata':{'name':'c','namespace':'shop','uid':'u-c'}}",
                    pod("on-a", "'nodeName':'a'"),
                    pod("on-b", "'nodeName':'b'"),
                    pod("free", ""))
            .as(Actor.node("a"));

    private static String pod(String name, String spec) {
        return "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'shop','uid':'u-%s'},'spec':{%s}}"
                .formatted(name, name, spec);
    }

    private static ObjectKey node(String name) {
        return ObjectKey.clusterScoped(TestKinds.NODES, name);
    }

    @Test
    void itsOwnNodeAndItsPodsAreItsToChange() {
        asNodeA.patch(node("a"), "status", PatchType.MERGE, "{'status':{'phase':'x'}}")
                .changes("status-changed");
        asNodeA.patch(OWN_POD, "status", PatchType.MERGE, RUNNING).changes("started");
        assertEquals("", refusalOf(asNodeA.delete(OWN_POD, 0)));
        assertEquals("", refusalOf(lease("kube-node-lease", "a")));
    }

    private static String refusalOf(Scenario.Then then) {
        return then.decision() instanceof Decision.Refused refused
                ? refused.refusal().message()
                : "";
    }

    private Scenario.Then lease(String namespace, String name) {
        return asNodeA.when(new CreateObject(
                TestKinds.LEASES,
                namespace,
                Scenario.json("{'metadata':{'name':'%s'}}".formatted(name)),
                FieldValidation.IGNORE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "status"})
    void anotherNodeIsNot(String subresource) {
        asNodeA.patch(
                        node("b"),
                        subresource,
                        PatchType.MERGE,
                        "{'status':{'phase':'x'},'metadata':{'labels':{'l':'1'}}}")
                .refused(Reason.FORBIDDEN, "nodes \"b\" is forbidden: node \"a\" is not allowed to modify node \"b\"");
    }

    @Test
    void noNodeIsMadeForAnother() {
        asNodeA.create(TestKinds.NODES, "{'metadata':{'name':'c'}}")
                .refused(Reason.FORBIDDEN, "nodes \"c\" is forbidden: node \"a\" is not allowed to modify node \"c\"");
    }

    @Test
    void noNodeIsDeleted() {
        asNodeA.delete(node("a"))
                .refused(Reason.FORBIDDEN, "nodes \"a\" is forbidden: node \"a\" is not allowed to delete nodes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"on-b", "free"})
    void aPodThatIsNotBoundToItKeepsItsStatus(String pod) {
        asNodeA.patch(ObjectKey.of(TestKinds.PODS, "shop", pod), "status", PatchType.MERGE, RUNNING)
                .refused(
                        Reason.FORBIDDEN,
                        "pods \"%s\" is forbidden: node \"a\" can only update pod status for pods with spec.nodeName set to itself"
                                .formatted(pod));
    }

    @Test
    void aPodOfAnotherNodeIsNotDeleted() {
        asNodeA.delete(OTHER_POD, 0)
                .refused(
                        Reason.FORBIDDEN,
                        "pods \"on-b\" is forbidden: node \"a\" can only delete pods with spec.nodeName set to itself");
    }

    @Test
    void onlyItsOwnPodsAreEvicted() {
        assertEquals("", refusalOf(asNodeA.when(eviction(OWN_POD))));
        asNodeA.when(eviction(OTHER_POD))
                .refused(
                        Reason.FORBIDDEN,
                        "pods \"on-b\" is forbidden: node \"a\" can only evict pods with spec.nodeName set to itself");
    }

    private static EvictPod eviction(ObjectKey pod) {
        return new EvictPod(new DeleteObject(pod, Preconditions.NONE, null, null), Disruption.EVICTION_API);
    }

    @Test
    void noPodIsMadeChangedOrTaken() {
        String why = "node \"a\" can only delete pods and update their status";
        asNodeA.create(TestKinds.PODS, "{'metadata':{'name':'p'}}")
                .refused(Reason.FORBIDDEN, "pods \"p\" is forbidden: " + why);
        asNodeA.patch(OWN_POD, "", PatchType.MERGE, "{'metadata':{'labels':{'l':'1'}}}")
                .refused(Reason.FORBIDDEN, "pods \"on-a\" is forbidden: " + why);
        asNodeA.when(new BindPod(FREE_POD, null, "a")).refused(Reason.FORBIDDEN, "pods \"free\" is forbidden: " + why);
    }

    @Test
    void aPodThatIsGoneIsNotFound() {
        asNodeA.patch(ObjectKey.of(TestKinds.PODS, "shop", "gone"), "status", PatchType.MERGE, RUNNING)
                .refused(Reason.NOT_FOUND, "pods \"gone\" not found");
    }

    @Test
    void onlyItsOwnLeaseIsHeld() {
        lease("kube-node-lease", "b")
                .refused(
                        Reason.FORBIDDEN,
                        "leases.coordination.k8s.io \"b\" is forbidden: "
                                + "can only access node lease with the same name as the requesting node");
        lease("shop", "a")
                .refused(
                        Reason.FORBIDDEN,
                        "leases.coordination.k8s.io \"a\" is forbidden: "
                                + "can only access leases in the \"kube-node-lease\" system namespace");
    }

    @Test
    void allElseIsRefused() {
        String why = "node \"a\" is only allowed to change itself, its lease, the pods bound to it, and events";
        asNodeA.create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'m'}}")
                .refused(Reason.FORBIDDEN, "configmaps \"m\" is forbidden: " + why);
        asNodeA.delete(ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", "c"))
                .refused(Reason.FORBIDDEN, "configmaps \"c\" is forbidden: " + why);
        asNodeA.create(TestKinds.CLUSTER_ROLES, "{'metadata':{'name':'r'}}")
                .refused(Reason.FORBIDDEN, "clusterroles.rbac.authorization.k8s.io \"r\" is forbidden: " + why);
    }

    private static final String VOLUME = """
            {'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'v','uid':'u-v',%s
            'finalizers':['kubernetes.io/pv-protection','shiplog.io/node-local']},
            'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},
            'csi':{'driver':'node-local.shiplog.io','volumeHandle':'v'},'nodeAffinity':{'required':{'nodeSelectorTerms':[
            {'matchExpressions':[{'key':'kubernetes.io/hostname','operator':'In','values':['%s']}]}]}}}}""";
    private static final String RELEASE = "{'metadata':{'finalizers':['kubernetes.io/pv-protection']}}";

    private static String releasing(String metadata, String node, String patch) {
        return refusalOf(Scenario.given(VOLUME.formatted(metadata, node))
                .as(Actor.node("a"))
                .patch(ObjectKey.clusterScoped(TestKinds.VOLUMES, "v"), "", PatchType.MERGE, patch));
    }

    @Test
    void onlyADeletedVolumeOfItsOwnIsLetGoAndNothingElseOfItIsChanged() {
        String deleted = "'deletionTimestamp':'2026-11-22T12:00:00Z',";
        assertEquals("", releasing(deleted, "a", RELEASE));
        assertNotEquals("", releasing("", "a", RELEASE), "it is not deleted");
        assertNotEquals("", releasing(deleted, "b", RELEASE), "its folder is on another node");
        assertNotEquals("", releasing(deleted, "a", "{'metadata':{'finalizers':[]}}"));
        assertNotEquals(
                "",
                releasing(
                        deleted,
                        "a",
                        "{'metadata':{'finalizers':['kubernetes.io/pv-protection'],'labels':{'x':'y'}}}"));
        assertNotEquals("", releasing(deleted, "a", "{'spec':{'persistentVolumeReclaimPolicy':'Retain'}}"));
    }

    @Test
    void usersThatAreNotNodesAreNotRestricted() {
        asNodeA.as(new Actor("system:node:a", java.util.List.of("system:authenticated")))
                .patch(OTHER_POD, "status", PatchType.MERGE, RUNNING)
                .changes("started");
    }
}
