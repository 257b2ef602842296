package io.shiplog.docker.launch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.docker.home.ClusterSettings;
import io.shiplog.node.net.Obstacles;
import io.shiplog.node.net.Obstacles.Collision;
import io.shiplog.node.net.address.Ipv4Range;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkingTest {
    private static final ClusterSettings SETTINGS = ClusterSettings.DEFAULT;
    private static final Collision PODS = collision("10.244.0.0/16", "10.244.3.0/24");
    private static final Collision SERVICES = collision("10.96.0.0/12", "10.96.0.0/12");

    private static Collision collision(String ours, String theirs) {
        return new Collision(Ipv4Range.of(ours), Ipv4Range.of(theirs), "cni0");
    }

    private static String refusal(boolean remembered, Collision... collisions) {
        Obstacles obstacles = new Obstacles(List.of(), List.of(collisions));
        return String.valueOf(
                assertThrows(IllegalStateException.class, () -> Networking.judge(obstacles, SETTINGS, remembered))
                        .getMessage());
    }

    @Test
    void aMachineThatCanCarryTheNetworkDoes() {
        assertEquals(
                new Networking(true, List.of()),
                Networking.judge(new Obstacles(List.of(), List.of()), SETTINGS, false));
    }

    @Test
    void aMachineThatCannotPutsPodsOnTheBridgeAndSaysWhy() {
        List<String> lacks = List.of("the pod network needs root (capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN)");

        assertEquals(new Networking(false, lacks), Networking.judge(new Obstacles(lacks, List.of()), SETTINGS, false));
    }

    @Test
    void whoAsksForTheBridgeGetsItWhateverTheMachineSays() {
        assertEquals(
                Networking.NONE, Networking.choose(Networking.Mode.bridge, SETTINGS, NodeNumbers.firstOnes(1), false));
    }

    @Test
    void aNetworkThatIsTakenIsNamedWithTheOptionThatChoosesAnother() {
        assertEquals(
                "the range 10.244.0.0/16 is in use on this machine (route 10.244.3.0/24 dev cni0). "
                        + "Choose another with --pod-cidr, remove what uses it, or use Docker's own bridge, "
                        + "without Services and cluster DNS: --network bridge",
                refusal(false, PODS));
    }

    @Test
    void bothNetworksMayBeTaken() {
        assertEquals(
                "the range 10.244.0.0/16 is in use on this machine (route 10.244.3.0/24 dev cni0); "
                        + "the range 10.96.0.0/12 is in use on this machine (route 10.96.0.0/12 dev cni0). "
                        + "Choose another with --pod-cidr and --service-cidr, remove what uses it, "
                        + "or use Docker's own bridge, without Services and cluster DNS: --network bridge",
                refusal(false, PODS, SERVICES));
    }

    @Test
    void aClusterThatIsThereAlreadyKeepsItsNetworks() {
        assertEquals(
                "the range 10.244.0.0/16 is in use on this machine (route 10.244.3.0/24 dev cni0). "
                        + "Remove what uses it, or use Docker's own bridge, "
                        + "without Services and cluster DNS: --network bridge",
                refusal(true, PODS));
    }

    @Test
    void nodesOfMachinesAreNumberedWithinThePodsNetwork() {
        assertEquals(List.of(3, 4), new NodeNumbers(3, 2).all());
        assertEquals(List.of(), NodeNumbers.firstOnes(0).all());
        assertThrows(IllegalArgumentException.class, () -> new NodeNumbers(0, 1));
        assertThrows(IllegalArgumentException.class, () -> new NodeNumbers(254, 2));
        assertThrows(IllegalArgumentException.class, () -> NodeNumbers.firstOnes(21));
        assertThrows(IllegalArgumentException.class, () -> NodeNumbers.firstOnes(-1));
    }
}
