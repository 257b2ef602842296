package io.shiplog.command.control.volume;

import static io.shiplog.command.control.view.Types.CLAIMS;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.control.view.Types.STORAGE_CLASSES;
import static io.shiplog.command.control.view.Types.VOLUMES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.control.FakeNodes;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.volume.NodeLocal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Claims and volumes: bound by the binder, made by the provisioner where the scheduler says. */
class VolumeControllersTest {
    private static final ObjectKey CLAIM = ObjectKey.of(CLAIMS, "shop", "data");

    private final FakeCluster cluster = new FakeCluster();

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    private void run() {
        FakeNodes.in(cluster);
        cluster.run(new ClaimBinder());
        cluster.run(new NodeLocalVolumes());
        cluster.runScheduler();
        cluster.settle();
    }

    private void node(String name) {
        cluster.given(NODES, json("""
                {'apiVersion':'v1','kind':'Node','metadata':{'name':'%s','labels':{'kubernetes.io/hostname':'%s'}},
                'status':{'allocatable':{'cpu':'8','memory':'8Gi','pods':'20'}}}""".formatted(name, name)));
    }

    private void volume(String name, String size, String spec) {
        cluster.given(VOLUMES, json("""
                {'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'%s','labels':{'disk':'%s'}},
                'spec':{'capacity':{'storage':'%s'},'accessModes':['ReadWriteOnce'],'hostPath':{'path':'/x'}%s},
                'status':{'phase':'Pending'}}""".formatted(name, name, size, spec)));
    }

    private void claim(String spec) {
        claim("data", spec);
    }

    private void claim(String name, String spec) {
        cluster.given(CLAIMS, json("""
                {'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s','namespace':'shop'},
                'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}%s},
                'status':{'phase':'Pending'}}""".formatted(name, spec)));
    }

    private void storageClass(String name, String provisioner, String mode) {
        cluster.given(STORAGE_CLASSES, json("""
                {'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'%s'},
                'provisioner':'%s','reclaimPolicy':'Delete','volumeBindingMode':'%s'}""".formatted(name, provisioner, mode)));
    }

    private void pod(String name, String claim, String more) {
        cluster.given(PODS, json("""
                {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'shop'},'spec':{%s
                'containers':[{'name':'c','image':'i'}],
                'volumes':[{'name':'v','persistentVolumeClaim':{'claimName':'%s'}}]},
                'status':{'phase':'Pending'}}""".formatted(name, more, claim)));
    }

    private ObjectNode tree(ObjectKey key) {
        return Objects.requireNonNull(cluster.tree(key), key::toString);
    }

    private String phase(ObjectKey key) {
        return tree(key).at("/status/phase").asText();
    }

    private static ObjectKey volume(String name) {
        return ObjectKey.clusterScoped(VOLUMES, name);
    }

    private String volumeOf(String claim) {
        return tree(ObjectKey.of(CLAIMS, "shop", claim)).at("/spec/volumeName").asText();
    }

    private String nodeOf(String pod) {
        return tree(ObjectKey.of(PODS, "shop", pod)).at("/spec/nodeName").asText();
    }

    // ---- binding ----

    @Test
    void theSmallestVolumeThatFitsIsTakenAndBothSaySo() {
        volume("big", "10Gi", "");
        volume("small", "2Gi", "");
        volume("tiny", "1Mi", "");
        claim("");
        run();

        assertEquals("small", volumeOf("data"));
        assertEquals("Bound", phase(CLAIM));
        assertEquals("2Gi", tree(CLAIM).at("/status/capacity/storage").asText());
        assertEquals(
                "yes",
                tree(CLAIM)
                        .at("/metadata/annotations/pv.kubernetes.io~1bind-completed")
                        .asText());
        assertEquals("Bound", phase(volume("small")));
        assertEquals(tree(CLAIM).at("/metadata/uid"), tree(volume("small")).at("/spec/claimRef/uid"));
        assertEquals("Available", phase(volume("big")));
    }

    @Test
    void accessModesClassSelectorAndModeMustFit() {
        volume("classed", "1Gi", ",'storageClassName':'fast'");
        volume("block", "1Gi", ",'volumeMode':'Block'");
        volume("other", "1Gi", "");
        claim("many", ",'accessModes':['ReadWriteMany']");
        claim("selecting", ",'selector':{'matchLabels':{'disk':'nowhere'}}");
        claim("data", ",'selector':{'matchLabels':{'disk':'other'}}");
        run();

        assertEquals("other", volumeOf("data"));
        assertEquals("", volumeOf("selecting"));
        assertEquals("", volumeOf("many"));
        assertEquals("Available", phase(volume("block")));
        assertEquals(2, cluster.eventMessages("FailedBinding").size());
    }

    @Test
    void twoClaimsNeverShareAVolume() {
        volume("one", "1Gi", "");
        claim("a", "");
        claim("b", "");
        run();

        assertEquals(
                List.of("", "one"),
                List.of(volumeOf("a"), volumeOf("b")).stream().sorted().toList());
        volume("two", "1Gi", "");
        cluster.settle();
        assertEquals(
                List.of("one", "two"),
                List.of(volumeOf("a"), volumeOf("b")).stream().sorted().toList());
    }

    @Test
    void aVolumeThatIsKeptForAClaimGoesToNoOther() {
        volume("kept", "1Gi", ",'claimRef':{'namespace':'shop','name':'data'}");
        claim("other", "");
        run();
        assertEquals("", volumeOf("other"));

        claim("");
        cluster.settle();

        assertEquals("kept", volumeOf("data"));
        assertEquals("Bound", phase(volume("kept")));
    }

    @Test
    void aClaimMayNameItsVolume() {
        volume("small", "1Gi", "");
        volume("big", "5Gi", "");
        claim(",'volumeName':'big'");
        claim("wrong", ",'volumeName':'small','storageClassName':'fast'");
        run();

        assertEquals("Bound", phase(CLAIM));
        assertEquals("Bound", phase(volume("big")));
        assertEquals("Available", phase(volume("small")));
        assertEquals(
                List.of("Cannot bind to requested volume \"small\": storageClassName does not match"),
                cluster.eventMessages("VolumeMismatch"));
    }

    @Test
    void aClaimIsLostWithItsVolume() {
        volume("one", "1Gi", "");
        claim("");
        run();

        cluster.delete(volume("one"), Propagation.BACKGROUND);
        cluster.settle();

        assertEquals("Lost", phase(CLAIM));
        assertEquals(1, cluster.eventMessages("ClaimLost").size());
    }

    /** Given a free volume that fits no claim here / when a user says that a claim is bound to it / then the claim is lost, and the volume stays free. */
    @Test
    void whatAUserSaysBindsNoVolume() {
        volume("one", "1Gi", ",'storageClassName':'secret'");
        cluster.given(CLAIMS, json("""
                {'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','namespace':'shop',
                'annotations':{'pv.kubernetes.io/bind-completed':'yes','pv.kubernetes.io/bound-by-controller':'yes'}},
                'spec':{'volumeName':'one','storageClassName':'','accessModes':['ReadWriteMany'],'resources':{'requests':{'storage':'5Gi'}}},
                'status':{'phase':'Pending'}}"""));
        run();

        assertEquals("Lost", phase(CLAIM));
        assertEquals(1, cluster.eventMessages("ClaimMisbound").size());
        assertEquals("Available", phase(volume("one")));
        assertTrue(tree(volume("one")).at("/spec/claimRef").isMissingNode());
    }

    /** Given a bound pair / when an administrator removes the volume's claim / then both are bound again. */
    @Test
    void aVolumeThatCameUnboundIsBoundAgain() {
        volume("one", "1Gi", "");
        claim("");
        run();

        cluster.change(volume("one"), "", "{\"spec\":{\"claimRef\":null}}");
        cluster.settle();

        assertEquals("Bound", phase(CLAIM));
        assertEquals(tree(CLAIM).at("/metadata/uid"), tree(volume("one")).at("/spec/claimRef/uid"));
    }

    // ---- reclaiming ----

    @Test
    void aRetainedVolumeIsReleasedAndAvailableAgainOnceItsClaimIsRemoved() {
        volume("one", "1Gi", ",'persistentVolumeReclaimPolicy':'Retain'");
        claim("");
        run();
        cluster.delete(CLAIM, Propagation.BACKGROUND);
        cluster.settle();
        assertEquals("Released", phase(volume("one")));
        claim("again", "");
        cluster.settle();
        assertEquals("", volumeOf("again"), "it holds another claim's data");

        cluster.change(volume("one"), "", "{\"spec\":{\"claimRef\":null}}");
        cluster.settle();

        assertEquals("one", volumeOf("again"));
    }

    @Test
    void recyclingFailsAndSoDoesDeletingAVolumeWithoutProvisioner() {
        volume("recycled", "1Gi", ",'persistentVolumeReclaimPolicy':'Recycle'");
        volume("deleted", "1Gi", ",'persistentVolumeReclaimPolicy':'Delete'");
        claim("a", "");
        claim("b", "");
        run();
        cluster.delete(ObjectKey.of(CLAIMS, "shop", "a"), Propagation.BACKGROUND);
        cluster.delete(ObjectKey.of(CLAIMS, "shop", "b"), Propagation.BACKGROUND);
        cluster.settle();

        assertEquals("Failed", phase(volume("recycled")));
        assertEquals(
                "No recycler plugin found for the volume!",
                tree(volume("recycled")).at("/status/message").asText());
        assertEquals("Failed", phase(volume("deleted")));
        assertEquals(1, cluster.eventMessages("VolumeFailedDelete").size());
    }

    // ---- node-local volumes ----

    @Test
    void withNodesThereIsADefaultClass() {
        run();
        assertNull(cluster.tree(ObjectKey.clusterScoped(STORAGE_CLASSES, "node-local")));

        node("n1");
        cluster.settle();

        JsonNode made = tree(ObjectKey.clusterScoped(STORAGE_CLASSES, "node-local"));
        assertEquals(
                "true",
                made.at("/metadata/annotations/storageclass.kubernetes.io~1is-default-class")
                        .asText());
        assertEquals("WaitForFirstConsumer", made.path("volumeBindingMode").asText());
    }

    @Test
    void aVolumeIsMadeOnTheNodeOfThePodThatUsesItFirst() {
        node("n1");
        node("n2");
        claim(",'storageClassName':'node-local'");
        run();
        assertEquals("Pending", phase(CLAIM));
        assertEquals(1, cluster.eventMessages("WaitForFirstConsumer").size());

        pod("web", "data", "'nodeSelector':{'kubernetes.io/hostname':'n2'},");
        cluster.settle();

        assertEquals("n2", nodeOf("web"));
        assertEquals("Bound", phase(CLAIM));
        JsonNode made = tree(volume(volumeOf("data")));
        assertEquals(NodeLocal.DRIVER, made.at("/spec/csi/driver").asText());
        assertEquals(
                "n2",
                tree(CLAIM)
                        .at("/metadata/annotations/volume.kubernetes.io~1selected-node")
                        .asText());
        assertEquals("Bound", made.at("/status/phase").asText());

        cluster.delete(ObjectKey.of(PODS, "shop", "web"), Propagation.BACKGROUND);
        pod("next", "data", "");
        cluster.settle();
        assertEquals("n2", nodeOf("next"), "the data is there");
    }

    @Test
    void aPodIsNotBoundBeforeItsClaimsAre() {
        node("n1");
        storageClass("slow", "example.com/slow", "WaitForFirstConsumer");
        claim(",'storageClassName':'slow'");
        pod("web", "data", "");
        run();
        assertEquals("", nodeOf("web"));
        assertEquals(
                "n1",
                tree(CLAIM)
                        .at("/metadata/annotations/volume.kubernetes.io~1selected-node")
                        .asText());
        assertEquals(
                "example.com/slow",
                tree(CLAIM)
                        .at("/metadata/annotations/volume.kubernetes.io~1storage-provisioner")
                        .asText());

        volume("made", "1Gi", ",'storageClassName':'slow','claimRef':{'namespace':'shop','name':'data'}");
        cluster.settle();

        assertEquals("n1", nodeOf("web"));
    }

    @Test
    void aLocalVolumeThatUsersMadeIsTakenOnItsNode() {
        node("n1");
        node("n2");
        storageClass("disks", "kubernetes.io/no-provisioner", "WaitForFirstConsumer");
        volume("disk", "1Gi", """
                ,'storageClassName':'disks','nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[
                {'key':'kubernetes.io/hostname','operator':'In','values':['n2']}]}]}}""");
        claim(",'storageClassName':'disks'");
        pod("web", "data", "");
        run();

        assertEquals("n2", nodeOf("web"));
        assertEquals("disk", volumeOf("data"));
        claim("more", ",'storageClassName':'disks'");
        pod("late", "more", "");
        cluster.settle();
        assertEquals("", nodeOf("late"));
        assertTrue(tree(ObjectKey.of(PODS, "shop", "late"))
                .at("/status/conditions/0/message")
                .asText()
                .startsWith("0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind."));
    }

    @Test
    void aPodWithoutItsClaimOrWithAnUnboundOneSaysWhy() {
        node("n1");
        storageClass("now", "example.com/now", "Immediate");
        claim(",'storageClassName':'now'");
        pod("web", "data", "");
        pod("lost", "nothing", "");
        run();

        assertTrue(tree(ObjectKey.of(PODS, "shop", "web"))
                .at("/status/conditions/0/message")
                .asText()
                .contains("pod has unbound immediate PersistentVolumeClaims"));
        assertTrue(tree(ObjectKey.of(PODS, "shop", "lost"))
                .at("/status/conditions/0/message")
                .asText()
                .contains("persistentvolumeclaim \"nothing\" not found"));
        claim("nothing", "");
        volume("late", "1Gi", "");
        cluster.pass(Duration.ofSeconds(5));
        assertEquals("n1", nodeOf("lost"));
    }

    @Test
    void aVolumeIsDeletedWithItsClaimOnceTheNodeHasRemovedItsFolder() {
        node("n1");
        run();
        claim(",'storageClassName':'node-local'");
        pod("web", "data", "");
        cluster.settle();
        ObjectKey made = volume(volumeOf("data"));
        assertNotNull(cluster.tree(made));

        cluster.delete(ObjectKey.of(PODS, "shop", "web"), Propagation.BACKGROUND);
        cluster.delete(CLAIM, Propagation.BACKGROUND);
        cluster.settle();

        assertNull(cluster.tree(made));
    }

    @Test
    void aVolumeOnANodeThatIsGoneHoldsNothingBack() {
        node("n1");
        cluster.run(new ClaimBinder());
        cluster.run(new NodeLocalVolumes());
        cluster.runScheduler();
        cluster.settle();
        claim(",'storageClassName':'node-local'");
        pod("web", "data", "");
        cluster.settle();
        ObjectKey made = volume(volumeOf("data"));
        cluster.delete(ObjectKey.clusterScoped(NODES, "n1"), Propagation.BACKGROUND);
        cluster.deleteAtOnce(ObjectKey.of(PODS, "shop", "web"));
        cluster.delete(CLAIM, Propagation.BACKGROUND);
        cluster.settle();

        assertNull(cluster.tree(made));
    }

    @Test
    void aClaimThatGrowsGrowsItsVolume() {
        node("n1");
        run();
        claim(",'storageClassName':'node-local'");
        pod("web", "data", "");
        cluster.settle();

        cluster.change(CLAIM, "", "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"3Gi\"}}}}");
        cluster.settle();

        assertEquals(
                "3Gi",
                tree(volume(volumeOf("data"))).at("/spec/capacity/storage").asText());
        assertEquals("3Gi", tree(CLAIM).at("/status/capacity/storage").asText());
        assertEquals(1, cluster.eventMessages("VolumeResizeSuccessful").size());
    }

    @Test
    void whatAFolderCannotDoIsRefused() {
        node("n1");
        run();
        claim("many", ",'storageClassName':'node-local','accessModes':['ReadWriteMany']");
        claim("block", ",'storageClassName':'node-local','volumeMode':'Block'");
        cluster.settle();

        assertEquals(2, cluster.eventMessages("ProvisioningFailed").size());
    }

    @Test
    void aClaimOfOnePodIsNotForASecondOne() {
        node("n1");
        run();
        claim(",'storageClassName':'node-local','accessModes':['ReadWriteOncePod']");
        pod("first", "data", "");
        cluster.settle();
        pod("second", "data", "");
        cluster.settle();
        assertEquals("n1", nodeOf("first"));
        assertEquals("", nodeOf("second"));

        cluster.delete(ObjectKey.of(PODS, "shop", "first"), Propagation.BACKGROUND);
        cluster.pass(Duration.ofSeconds(5));

        assertEquals("n1", nodeOf("second"));
    }

    @Test
    void anEphemeralVolumeHasAClaimThatBelongsToItsPod() {
        node("n1");
        cluster.run(new EphemeralVolumes());
        run();
        claim("taken-v", "");
        for (String name : List.of("web", "taken")) {
            cluster.given(PODS, json("""
                    {'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'shop'},'spec':{
                    'containers':[{'name':'c','image':'i'}],'volumes':[{'name':'v','ephemeral':{'volumeClaimTemplate':{
                    'metadata':{'labels':{'a':'b'}},'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'node-local',
                    'resources':{'requests':{'storage':'1Gi'}}}}}}]},'status':{'phase':'Pending'}}""".formatted(name)));
        }
        cluster.pass(Duration.ofSeconds(5));

        JsonNode made = tree(ObjectKey.of(CLAIMS, "shop", "web-v"));
        assertEquals("Bound", made.at("/status/phase").asText());
        assertEquals("b", made.at("/metadata/labels/a").asText());
        assertEquals("Pod", made.at("/metadata/ownerReferences/0/kind").asText());
        assertEquals("n1", nodeOf("web"));
        assertEquals(
                List.of("PVC shop/taken-v was not created for pod shop/taken (pod is not owner)"),
                cluster.eventMessages("EphemeralVolume"));
    }

    @Test
    void atRestNothingIsSent() {
        node("n1");
        run();
        claim(",'storageClassName':'node-local'");
        claim("pending", "");
        claim("missing", ",'storageClassName':'nowhere'");
        pod("web", "data", "");
        cluster.settle();
        int sent = cluster.sent().size();

        cluster.run(new ClaimBinder());
        cluster.run(new NodeLocalVolumes());
        cluster.pass(Duration.ofMinutes(2));

        assertEquals(sent, cluster.sent().size());
    }
}
