package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.CLAIMS;
import static io.shiplog.command.control.view.Types.CSI_NODES;
import static io.shiplog.command.control.view.Types.NODES;
import static io.shiplog.command.control.view.Types.STORAGE_CLASSES;
import static io.shiplog.command.control.view.Types.VOLUMES;
import static io.shiplog.command.control.view.Types.VOLUME_ATTACHMENTS;
import static io.shiplog.command.schedule.Town.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.events.object.ObjectKey;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What volumes, devices and images say about nodes. */
class VolumesAndImagesTest {
    private static final int BIG_MIB = 500;

    private final Town town = new Town();

    private Map<String, String> objections(ObjectKey pod) {
        return town.explain(pod).nodes().stream()
                .filter(each -> !each.fits())
                .collect(Collectors.toMap(
                        NodeVerdict::node,
                        each -> each.objections().getFirst().plugin()
                                + ": "
                                + String.join(", ", each.objections().getFirst().reasons())));
    }

    /** A claim that is bound to a volume of a CSI driver. */
    private void bound(String name, String labels, String accessMode) {
        town.cluster.given(VOLUMES, json("""
                        {'apiVersion':'v1','kind':'PersistentVolume','metadata':{'name':'v-%s','labels':{%s}},'spec':{
                        'capacity':{'storage':'1Gi'},'accessModes':['%s'],'csi':{'driver':'disk.example.com','volumeHandle':'h-%s'},
                        'claimRef':{'namespace':'shop','name':'%s'}}}""".formatted(name, labels, accessMode, name, name)));
        town.cluster.given(CLAIMS, json("""
                        {'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s','namespace':'shop',
                        'annotations':{'pv.kubernetes.io/bind-completed':'yes'}},'spec':{'volumeName':'v-%s','accessModes':['%s'],
                        'resources':{'requests':{'storage':'1Gi'}}},'status':{'phase':'Bound'}}""".formatted(name, name, accessMode)));
    }

    private static String using(String... claims) {
        StringBuilder volumes = new StringBuilder();
        for (String claim : claims) {
            volumes.append(volumes.isEmpty() ? "" : ",")
                    .append("{'name':'%s','persistentVolumeClaim':{'claimName':'%s'}}".formatted(claim, claim));
        }
        return "'volumes':[" + volumes + "]";
    }

    private void limit(String node, int count) {
        town.cluster.given(CSI_NODES, json("""
                        {'apiVersion':'storage.k8s.io/v1','kind':'CSINode','metadata':{'name':'%s'},'spec':{'drivers':[
                        {'name':'disk.example.com','nodeID':'%s','allocatable':{'count':%d}}]}}""".formatted(node, node, count)));
    }

    @Test
    void aNodeTakesAsManyVolumesOfADriverAsItsLimitSays() {
        for (String claim : new String[] {"a", "b", "c"}) {
            bound(claim, "", "ReadWriteOnce");
        }
        town.node("n1");
        town.node("n2");
        limit("n1", 2);
        town.running("there", "n1", "", using("a"));
        ObjectKey one = town.waiting("one", using("b"));
        ObjectKey shared = town.waiting("shared", using("a", "b"));
        ObjectKey two = town.waiting("two", using("b", "c"));

        assertEquals(Map.of(), objections(one));
        assertEquals(Map.of(), objections(shared), "a volume that the node has counts once");
        assertEquals(Map.of("n1", "NodeVolumeLimits: node(s) exceed max volume count"), objections(two));
    }

    @Test
    void attachedVolumesAndThoseNotMadeYetCountToo() {
        town.node("n1");
        limit("n1", 2);
        bound("a", "", "ReadWriteOnce");
        town.cluster.given(VOLUME_ATTACHMENTS, json("""
                        {'apiVersion':'storage.k8s.io/v1','kind':'VolumeAttachment','metadata':{'name':'at'},'spec':{
                        'attacher':'disk.example.com','nodeName':'n1','source':{'persistentVolumeName':'v-a'}}}"""));
        town.cluster.given(STORAGE_CLASSES, json("""
                        {'apiVersion':'storage.k8s.io/v1','kind':'StorageClass','metadata':{'name':'fast'},
                        'provisioner':'disk.example.com','volumeBindingMode':'WaitForFirstConsumer'}"""));
        for (String claim : new String[] {"x", "y"}) {
            town.cluster.given(CLAIMS, json("""
                            {'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'%s','namespace':'shop'},
                            'spec':{'storageClassName':'fast','accessModes':['ReadWriteOnce'],
                            'resources':{'requests':{'storage':'1Gi'}}}}""".formatted(claim)));
        }

        assertEquals(Map.of(), objections(town.waiting("one", using("x"))));
        assertEquals(
                Map.of("n1", "NodeVolumeLimits: node(s) exceed max volume count"),
                objections(town.waiting("two", using("x", "y"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'topology.kubernetes.io/zone':'a' | b",
                "'topology.kubernetes.io/zone':'b__c' | a",
                "'failure-domain.beta.kubernetes.io/zone':'a' | b",
                "'topology.kubernetes.io/region':'east' | a b",
                "'other':'label' | ",
            })
    void aVolumeOfAZoneIsNotReachedFromAnother(String labels, String away) {
        bound("data", labels, "ReadWriteOnce");
        town.node("a", "4", "'topology.kubernetes.io/zone':'a'", "");
        town.node("b", "4", "'topology.kubernetes.io/zone':'b'", "");
        town.node("anywhere", "4", "", "");

        Map<String, String> objections = objections(town.waiting("p", using("data")));

        assertEquals(
                away == null ? "" : away,
                String.join(" ", objections.keySet().stream().sorted().toList()));
        objections.values().forEach(each -> assertEquals("VolumeZone: node(s) had no available volume zone", each));
    }

    @Test
    void aVolumeForOnePodIsNotForASecondAnywhere() {
        bound("mine", "", "ReadWriteOncePod");
        town.node("n1");
        town.node("n2");
        town.running("first", "n1", "", using("mine"));

        Map<String, String> objections = objections(town.waiting("second", using("mine")));

        String why =
                "VolumeRestrictions: node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already"
                        + " in-use by another pod";
        assertEquals(Map.of("n1", why, "n2", why), objections);
    }

    @Test
    void devicesAreNotAllocatedAndItIsSaid() {
        town.node("n1");
        ObjectKey pod = town.waiting("p", "'resourceClaims':[{'name':'gpu','resourceClaimName':'gpu'}]");

        Unschedulable unschedulable =
                assertInstanceOf(Unschedulable.class, town.explain(pod).placement());

        assertEquals(
                "0/1 nodes are available: 1 cannot allocate all claims. preemption: 0/1 nodes are available: 1 Preemption is not"
                        + " helpful for scheduling.",
                unschedulable.message());
    }

    private void nodeWithImage(String name, String image, int mebibytes) {
        town.cluster.given(NODES, json("""
                {'apiVersion':'v1','kind':'Node','metadata':{'name':'%s'},'status':{'allocatable':{'cpu':'4','memory':'8Gi',
                'pods':'110'},'images':[{'names':['%s'],'sizeBytes':%d}]}}""".formatted(name, image, mebibytes * 1024L * 1024L)));
    }

    @Test
    void aNodeThatHasTheImageIsBetterTheMoreNodesHaveIt() {
        nodeWithImage("has", "web:latest", BIG_MIB);
        nodeWithImage("other", "db:1", BIG_MIB);
        ObjectKey pod = town.waiting("p", "'containers':[{'name':'c','image':'web'}]");

        Map<String, Integer> rare = scores(pod);
        nodeWithImage("has-too", "web:latest", BIG_MIB);

        // Half of 500 MiB, above 23 of 1,000; then two thirds of it.
        assertEquals(Map.of("has", 23, "other", 0), rare);
        assertEquals(Map.of("has", 31, "has-too", 31, "other", 0), scores(pod));
    }

    @Test
    void aSmallImageCountsNothing() {
        nodeWithImage("has", "web:latest", 20);
        nodeWithImage("other", "db:1", BIG_MIB);

        assertEquals(
                Map.of("has", 0, "other", 0), scores(town.waiting("p", "'containers':[{'name':'c','image':'web'}]")));
    }

    private Map<String, Integer> scores(ObjectKey pod) {
        return town.explain(pod).nodes().stream()
                .collect(Collectors.toMap(
                        NodeVerdict::node,
                        each -> each.scores().stream()
                                .filter(score -> score.plugin().equals("ImageLocality"))
                                .findFirst()
                                .orElseThrow()
                                .score()));
    }
}
