package io.shiplog.node.pod.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.placement.NodeOffer;
import io.shiplog.node.pod.admission.PodAdmission.Admitted;
import io.shiplog.node.pod.admission.PodAdmission.Rejected;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node decides about a pod that is bound to it, with the kubelet's reasons and messages. */
class PodAdmissionTest {
    private static final NodeOffer NODE = NodeOffer.of(
            Pods.parse(
                    "{'metadata':{'labels':{'disk':'ssd'}},"
                            + "'spec':{'unschedulable':true,'taints':[{'key':'later','effect':'NoSchedule'},{'key':'maybe','effect':'PreferNoSchedule'}]},"
                            + "'status':{'allocatable':{'cpu':'2','memory':'1Gi','ephemeral-storage':'1Gi','pods':'4','example.com/gpu':'1'}}}"));
    private static final String CRITICAL = "'priority':2000001000,";

    private static DesiredPod pod(String spec, String requests) {
        return Pods.of(
                "{" + spec + "'containers':[{'name':'app','image':'i','resources':{'requests':{" + requests + "}}}]}");
    }

    private static String told(PodAdmission.Verdict verdict) {
        return switch (verdict) {
            case Admitted admitted ->
                "admitted"
                        + admitted.preempted().stream()
                                .map(victim -> " " + victim.spec().path("n").asText())
                                .reduce("", String::concat);
            case Rejected rejected -> rejected.reason() + ": " + rejected.message();
        };
    }

    private static String decided(NodeOffer node, DesiredPod pod, DesiredPod... others) {
        return told(PodAdmission.of(pod, "node-a", node, List.of(others), false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'cpu':'1' | admitted",
                "'cpu':'1001m' | OutOfcpu: Node didn't have enough resource: cpu, requested: 1001, used: 1000, capacity: 2000",
                "'memory':'1Gi' | OutOfmemory: Node didn't have enough resource: memory, requested: 1073741824, used: 1048576,"
                        + " capacity: 1073741824",
                "'ephemeral-storage':'2Gi' | OutOfephemeral-storage: Node didn't have enough resource: ephemeral-storage,"
                        + " requested: 2147483648, used: 0, capacity: 1073741824",
                "'example.com/gpu':'1' | admitted",
                "'example.com/gpu':'2' | OutOfexample.com/gpu: Node didn't have enough resource: example.com/gpu, requested: 2,"
                        + " used: 0, capacity: 1",
                "'example.com/clusterwide':'2' | admitted",
                "'cpu':'3','memory':'2Gi' | OutOfcpu: Node didn't have enough resource: cpu, requested: 3000, used: 1000,"
                        + " capacity: 2000",
            })
    void thePodMustHaveRoomBesideTheOthers(String requests, String expected) {
        assertEquals(expected, decided(NODE, pod("", requests), pod("", "'cpu':'1','memory':'1Mi'")));
    }

    @Test
    void onlySoManyPodsRun() {
        DesiredPod[] three = IntStream.range(0, 3).mapToObj(i -> pod("", "")).toArray(DesiredPod[]::new);
        DesiredPod[] four = IntStream.range(0, 4).mapToObj(i -> pod("", "")).toArray(DesiredPod[]::new);

        assertEquals("admitted", decided(NODE, pod("", ""), three));
        assertEquals(
                "OutOfpods: Node didn't have enough resource: pods, requested: 1, used: 4, capacity: 4",
                decided(NODE, pod("", ""), four));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'nodeSelector':{'disk':'ssd'}, | admitted",
                "'nodeSelector':{'disk':'hdd'}, | NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node"
                        + " affinity/selector",
                "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':"
                        + "[{'matchFields':[{'key':'metadata.name','operator':'In','values':['node-b']}]}]}}}, |"
                        + " NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
                "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':"
                        + "[{'matchFields':[{'key':'metadata.name','operator':'In','values':['node-a']}]}]}}}, | admitted",
            })
    void itsSelectorAndAffinityMustMatch(String spec, String expected) {
        assertEquals(expected, decided(NODE, pod(spec, "")));
    }

    /** A cordon and NoSchedule concern the scheduler alone. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'x':0, | NoSchedule | admitted",
                "'x':0, | NoExecute | TaintToleration: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
                "'tolerations':[{'key':'k','operator':'Exists','tolerationSeconds':5}], | NoExecute | admitted",
                "'tolerations':[{'key':'k','operator':'Exists','effect':'NoSchedule'}], | NoExecute |"
                        + " TaintToleration: Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate",
            })
    void noExecuteTaintsMustBeTolerated(String spec, String effect, String expected) {
        NodeOffer tainted = NodeOffer.of(Pods.parse(
                "{'spec':{'taints':[{'key':'k','effect':'" + effect + "'}]},'status':{'allocatable':{'pods':'4'}}}"));

        assertEquals(expected, decided(tainted, pod(spec, "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "80 | Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports",
                "81 | "
            })
    void hostPortsMustBeFree(int taken, String message) {
        String ports = "{'containers':[{'name':'app','image':'i','ports':[{'containerPort':8080,'hostPort':%d}]}]}";

        assertEquals(
                message == null ? "admitted" : "NodePorts: " + message,
                decided(NODE, Pods.of(ports.formatted(80)), Pods.of(ports.formatted(taken))));
    }

    @Test
    void theFirstOfSeveralReasonsIsTheOneOfTheScheduler() {
        assertEquals(
                "OutOfcpu: Node didn't have enough resource: cpu, requested: 3000, used: 0, capacity: 2000",
                decided(NODE, pod("'nodeSelector':{'disk':'hdd'},", "'cpu':'3'")));
    }

    @Test
    void aPodForAnotherSystemIsRefused() {
        assertEquals(
                "PodOSSelectorNodeLabelDoesNotMatch: Failed to admit pod as the `kubernetes.io/os` label doesn't match node"
                        + " label",
                decided(NODE, Pods.of("{'containers':[]}", "{'labels':{'kubernetes.io/os':'windows'}}", "{}")));
        assertEquals(
                "PodOSNotSupported: Failed to admit pod as the OS field doesn't match node OS",
                decided(NODE, pod("'os':{'name':'windows'},'nodeSelector':{'disk':'hdd'},", "")));
    }

    /** The node has 2 cores; others take them in pieces. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "the smallest that is enough | 1 | burst:500m burst:1500m | admitted 1",
                "two if one is not enough | 1600m | burst:500m burst:1500m | admitted 1 0",
                "burstable before guaranteed | 500m | guaranteed:500m burst:1500m | admitted 1",
                "guaranteed if it must be | 1 | guaranteed:1 burst:500m critical:500m | admitted 0",
                "none of its own rank | 1800m | critical:1500m burst:500m |"
                        + " UnexpectedAdmissionError: Unexpected error while attempting to recover from admission failure: preemption:"
                        + " error finding a set of pods to preempt: no set of running pods found to reclaim resources:"
                        + " [(res: cpu, q: 1300), ]",
                "none if there is room | 500m | burst:500m | admitted",
            })
    void otherPodsMakeRoomForACriticalOne(String what, String request, String others, String expected) {
        List<DesiredPod> running = new ArrayList<>();
        for (String other : others.split(" ")) {
            String cpu = other.replaceFirst(".*:", "");
            String spec = "'n':" + running.size() + "," + (other.startsWith("critical") ? CRITICAL : "");
            running.add(
                    other.startsWith("guaranteed")
                            ? Pods.of("{" + spec + "'containers':[{'name':'app','image':'i','resources':{"
                                    + "'requests':{'cpu':'" + cpu + "','memory':'1Mi'},'limits':{'cpu':'" + cpu
                                    + "','memory':'1Mi'}}}]}")
                            : pod(spec, "'cpu':'" + cpu + "'"));
        }

        PodAdmission.Verdict verdict =
                PodAdmission.of(pod(CRITICAL, "'cpu':'" + request + "'"), "node-a", NODE, running, false);

        assertEquals(expected, told(verdict), what);
    }

    @Test
    void aCriticalPodThatDoesNotMatchEndsNoOther() {
        assertEquals(
                "NodeAffinity: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
                decided(NODE, pod(CRITICAL + "'nodeSelector':{'disk':'hdd'},", "'cpu':'2'"), pod("", "'cpu':'1'")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'deletionTimestamp':'2026-11-22T12:00:30Z'} {}",
                "{} {'phase':'Failed'}",
                "{} {'phase':'Running','containerStatuses':[{'name':'app'}]}"
            })
    void aPodIsDecidedAboutOnce(String metadataAndStatus) {
        String[] parts = metadataAndStatus.split(" ");

        assertEquals(true, PodAdmission.decided(Pods.of("{'containers':[]}", parts[0], parts[1]), false));
        assertEquals(false, PodAdmission.decided(Pods.of("{'containers':[]}"), false));
        assertEquals(true, PodAdmission.decided(Pods.of("{'containers':[]}"), true));
    }
}
