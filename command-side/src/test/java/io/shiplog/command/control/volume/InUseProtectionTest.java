package io.shiplog.command.control.volume;

import static io.shiplog.command.control.view.Types.PODS;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.command.kind.core.volume.PersistentVolumeKind;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import org.junit.jupiter.api.Test;

class InUseProtectionTest {
    private static final ObjectKey CLAIM = ObjectKey.of(PersistentVolumeClaimKind.TYPE, "shop", "data");
    private static final ObjectKey VOLUME = ObjectKey.clusterScoped(PersistentVolumeKind.TYPE, "disk");
    private static final ObjectKey POD = ObjectKey.of(PODS, "shop", "db");

    private final FakeCluster cluster = new FakeCluster();

    private void aClaim() {
        cluster.given(
                PersistentVolumeClaimKind.TYPE,
                "{\"kind\":\"PersistentVolumeClaim\",\"metadata\":{\"name\":\"data\",\"namespace\":\"shop\",\"finalizers\":"
                        + "[\"kubernetes.io/pvc-protection\"]}}");
    }

    private void aPod(String node) {
        cluster.given(
                PODS,
                "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"db\",\"namespace\":\"shop\"},\"spec\":{\"nodeName\":\""
                        + node
                        + "\",\"volumes\":[{\"name\":\"v\",\"persistentVolumeClaim\":{\"claimName\":\"data\"}}]}}");
    }

    @Test
    void aClaimGoesWithTheLastPodThatUsesIt() {
        aClaim();
        aPod("n");
        cluster.run(InUseProtection.ofClaims());
        cluster.delete(CLAIM, Propagation.BACKGROUND);
        cluster.settle();
        assertNotNull(cluster.tree(CLAIM));
        cluster.deleteAtOnce(POD);
        cluster.settle();
        assertNull(cluster.tree(CLAIM));
    }

    @Test
    void aPodWithoutANodeUsesNothing() {
        aClaim();
        aPod("");
        cluster.run(InUseProtection.ofClaims());
        cluster.delete(CLAIM, Propagation.BACKGROUND);
        cluster.settle();
        assertNull(cluster.tree(CLAIM));
    }

    @Test
    void aDeletedClaimIsReleasedFromScratch() {
        aClaim();
        cluster.delete(CLAIM, Propagation.BACKGROUND);
        assertNotNull(cluster.tree(CLAIM));
        cluster.run(InUseProtection.ofClaims());
        cluster.settle();
        assertNull(cluster.tree(CLAIM));
    }

    @Test
    void aBoundVolumeStays() {
        cluster.given(
                PersistentVolumeKind.TYPE,
                "{\"kind\":\"PersistentVolume\",\"metadata\":{\"name\":\"disk\",\"finalizers\":"
                        + "[\"kubernetes.io/pv-protection\"]},\"status\":{\"phase\":\"Bound\"}}");
        cluster.run(InUseProtection.ofVolumes());
        cluster.delete(VOLUME, Propagation.BACKGROUND);
        cluster.settle();
        assertNotNull(cluster.tree(VOLUME));
        cluster.change(VOLUME, "status", "{\"status\":{\"phase\":\"Released\"}}");
        cluster.settle();
        assertNull(cluster.tree(VOLUME));
    }
}
