package io.shiplog.command.control.volume;

import static io.shiplog.command.control.view.Types.PODS;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.kind.core.volume.PersistentVolumeClaimKind;
import io.shiplog.command.kind.core.volume.PersistentVolumeKind;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.object.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** A pod {@code db} on a node with an ephemeral volume, whose claim would be {@code db-v}. */
    private void aClaimOfAnEphemeralVolume(boolean owned) {
        cluster.given(
                PODS,
                "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"db\",\"namespace\":\"shop\"},\"spec\":{\"nodeName\":\"n\","
                        + "\"volumes\":[{\"name\":\"v\",\"ephemeral\":{}}]}}");
        String uid = owned
                ? requireNonNull(cluster.tree(POD)).path("metadata").path("uid").asText()
                : "another";
        cluster.given(
                PersistentVolumeClaimKind.TYPE,
                "{\"kind\":\"PersistentVolumeClaim\",\"metadata\":{\"name\":\"db-v\",\"namespace\":\"shop\",\"finalizers\":"
                        + "[\"kubernetes.io/pvc-protection\"],\"ownerReferences\":[{\"kind\":\"Pod\",\"name\":\"db\",\"uid\":\""
                        + uid
                        + "\"}]}}");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theClaimOfAnEphemeralVolumeIsThatOfThePodThatOwnsIt(boolean owned) {
        aClaimOfAnEphemeralVolume(owned);
        cluster.run(InUseProtection.ofClaims());
        cluster.delete(ObjectKey.of(PersistentVolumeClaimKind.TYPE, "shop", "db-v"), Propagation.BACKGROUND);
        cluster.settle();
        assertEquals(owned, cluster.tree(ObjectKey.of(PersistentVolumeClaimKind.TYPE, "shop", "db-v")) != null);
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
