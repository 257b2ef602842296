package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.CONFIG_MAPS;
import static io.shiplog.command.schedule.Town.asking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.Image;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scheduler does what its configuration in the cluster says, and refuses what it does not know. */
class ProfilesTest {
    private static final String CONFIG =
            "{'apiVersion':'kubescheduler.config.k8s.io/v1','kind':'KubeSchedulerConfiguration',%s}";

    private final Town town = new Town();

    private static Profiles read(String rest) {
        return SchedulerConfig.read(Json.of(Town.json(CONFIG.formatted(rest))).tree());
    }

    private static String configMap(String config) {
        ObjectNode map = (ObjectNode) Json.of(
                        Town.json(
                                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'kube-scheduler','namespace':'kube-system'}}"))
                .tree();
        map.putObject("data").put(Profiles.ENTRY, config);
        return map.toString();
    }

    private void configure(String rest) {
        town.cluster.given(CONFIG_MAPS, configMap(Town.json(CONFIG.formatted(rest))));
    }

    private static List<String> filters(Profiles profiles) {
        return profiles.of(Profile.DEFAULT_NAME).filters().stream()
                .map(Filter::name)
                .toList();
    }

    private static Map<String, Integer> weights(Profiles profiles) {
        return profiles.of(Profile.DEFAULT_NAME).scores().stream()
                .collect(Collectors.toMap(Score::name, Score::weight));
    }

    // ---- what is read ----

    @Test
    void aConfigurationWithoutProfilesIsTheDefault() {
        Profiles profiles = read("'podMaxBackoffSeconds':20");

        assertEquals(filters(Profiles.DEFAULT), filters(profiles));
        assertEquals(weights(Profiles.DEFAULT), weights(profiles));
        assertEquals(Duration.ofSeconds(20), profiles.backoff().longest());
    }

    @Test
    void theDefaultProfileIsThatOfKubernetes() {
        assertEquals(
                List.of(
                        "NodeUnschedulable",
                        "TaintToleration",
                        "NodeAffinity",
                        "NodePorts",
                        "NodeResourcesFit",
                        "VolumeRestrictions",
                        "NodeVolumeLimits",
                        "VolumeBinding",
                        "VolumeZone",
                        "PodTopologySpread",
                        "InterPodAffinity",
                        "DynamicResources"),
                filters(Profiles.DEFAULT));
        assertEquals(
                Map.of(
                        "TaintToleration", 3,
                        "NodeAffinity", 2,
                        "PodTopologySpread", 2,
                        "InterPodAffinity", 2,
                        "NodeResourcesFit", 1,
                        "NodeResourcesBalancedAllocation", 1,
                        "ImageLocality", 1),
                weights(Profiles.DEFAULT));
    }

    @Test
    void pluginsAreDisabledEnabledAndWeighed() {
        Profiles profiles = read("""
                'profiles':[{'plugins':{'filter':{'disabled':[{'name':'TaintToleration'}]},
                'score':{'disabled':[{'name':'*'}],'enabled':[{'name':'ImageLocality','weight':5},{'name':'NodeAffinity'}]},
                'postFilter':{'disabled':[{'name':'DefaultPreemption'}]}}}]""");

        assertEquals(Map.of("ImageLocality", 5, "NodeAffinity", 2), weights(profiles));
        assertEquals(false, filters(profiles).contains("TaintToleration"));
        assertEquals(true, filters(profiles).contains("NodeAffinity"));
        assertEquals(false, profiles.of(Profile.DEFAULT_NAME).preempts());
    }

    @Test
    void aPluginIsDisabledAtAllPointsAtOnce() {
        Profiles profiles = read("""
                'profiles':[{'plugins':{'multiPoint':{'disabled':[{'name':'*'}],
                'enabled':[{'name':'PrioritySort'},{'name':'DefaultBinder'},{'name':'NodeResourcesFit','weight':7}]}}}]""");

        assertEquals(List.of("NodeResourcesFit"), filters(profiles));
        assertEquals(Map.of("NodeResourcesFit", 7), weights(profiles));
        assertEquals(false, profiles.of(Profile.DEFAULT_NAME).preempts());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'profils':[] | unknown field \"profils\"",
                "'extenders':[] | extenders: is not supported",
                "'parallelism':4 | parallelism: is not supported",
                "'percentageOfNodesToScore':101 | percentageOfNodesToScore: Invalid value: 101: must be a whole number from 0 to 100",
                "'profiles':[{},{}] | profiles[0].schedulerName: Required value",
                "'profiles':[{'schedulerName':'a'},{'schedulerName':'a'}] | profiles[1].schedulerName: Duplicate value: \"a\"",
                "'profiles':[{'plugins':{'bind':{}}}] | profiles[0].plugins.bind: is not supported",
                "'profiles':[{'plugins':{'score':{'enabled':[{'name':'NodeName2'}]}}}] | profiles[0].plugins.score.enabled[0].name: plugin \"NodeName2\" does not exist here",
                "'profiles':[{'plugins':{'multiPoint':{'disabled':[{'name':'PrioritySort'}]}}}] | profiles[0].plugins.multiPoint.disabled[0].name: \"PrioritySort\" cannot be disabled",
                "'profiles':[{'plugins':{'multiPoint':{'disabled':[{'name':'*'}]}}}] | profiles[0].plugins.multiPoint: PrioritySort and DefaultBinder must be enabled",
                "'profiles':[{'pluginConfig':[{'name':'ImageLocality','args':{}}]}] | profiles[0].pluginConfig[0].args: plugin \"ImageLocality\" takes no args here",
                "'profiles':[{'pluginConfig':[{'name':'InterPodAffinity','args':{'weight':1}}]}] | unknown field \"profiles[0].pluginConfig[0].args.weight\"",
                "'profiles':[{'pluginConfig':[{'name':'NodeResourcesFit','args':{'scoringStrategy':{'type':'RequestedToCapacityRatio'}}}]}] | profiles[0].pluginConfig[0].args.scoringStrategy.requestedToCapacityRatio: a shape of at least one point goes with RequestedToCapacityRatio",
                "'profiles':[{'pluginConfig':[{'name':'DefaultPreemption','args':{'minCandidateNodesPercentage':0,'minCandidateNodesAbsolute':0}}]}] | profiles[0].pluginConfig[0].args.minCandidateNodesPercentage: cannot be zero at the same time as minCandidateNodesAbsolute",
                "'profiles':{} | profiles: must be a list",
            })
    void whatIsUnknownOrNotSupportedIsRefused(String rest, String why) {
        assertEquals(
                why,
                assertThrows(IllegalArgumentException.class, () -> read(rest)).getMessage());
    }

    @Test
    void anotherKindIsRefused() {
        assertEquals(
                "not a KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> SchedulerConfig.read(
                                        Json.of("{\"kind\":\"Pod\"}").tree()))
                        .getMessage());
    }

    // ---- what it does ----

    private String nodeFor(ObjectKey pod) {
        return assertInstanceOf(OnNode.class, town.explain(pod).placement()).node();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "LeastAllocated | | empty",
                "MostAllocated | | full",
                "RequestedToCapacityRatio | {'utilization':0,'score':0},{'utilization':100,'score':10} | full",
                "RequestedToCapacityRatio | {'utilization':0,'score':10},{'utilization':100,'score':0} | empty",
            })
    void nodesAreFilledOrSparedAsTheStrategySays(String type, String shape, String node) {
        town.node("empty");
        town.node("full");
        town.running("there", "full", "", asking("2"));
        String ratio = shape == null ? "" : ",'requestedToCapacityRatio':{'shape':[" + shape + "]}";
        configure("""
                'profiles':[{'plugins':{'score':{'disabled':[{'name':'*'}],'enabled':[{'name':'NodeResourcesFit'}]}},
                'pluginConfig':[{'name':'NodeResourcesFit','args':{'scoringStrategy':{'type':'%s','resources':[{'name':'cpu','weight':1}]%s}}}]}]""".formatted(type, ratio));

        assertEquals(node, nodeFor(town.waiting("p", asking("1"))));
    }

    @Test
    void aDisabledFilterLetsPass() {
        town.node("tainted", "4", "", "'taints':[{'key':'k','effect':'NoSchedule'}]");
        ObjectKey pod = town.waiting("p", asking("1"));
        assertInstanceOf(Unschedulable.class, town.explain(pod).placement());

        configure("'profiles':[{'plugins':{'filter':{'disabled':[{'name':'TaintToleration'}]}}}]");

        assertEquals("tainted", nodeFor(pod));
    }

    @Test
    void anExtendedResourceIsIgnored() {
        town.node("n1");
        ObjectKey pod =
                town.waiting("p", "'containers':[{'name':'c','resources':{'requests':{'example.com/gpu':'1'}}}]");
        assertInstanceOf(Unschedulable.class, town.explain(pod).placement());

        configure(
                "'profiles':[{'pluginConfig':[{'name':'NodeResourcesFit','args':{'ignoredResourceGroups':['example.com']}}]}]");

        assertEquals("n1", nodeFor(pod));
    }

    @Test
    void affinityIsAddedToThatOfPods() {
        town.node("a", "4", "'zone':'a'", "");
        town.node("b", "4", "'zone':'b'", "");
        configure("""
                'profiles':[{'pluginConfig':[{'name':'NodeAffinity','args':{'addedAffinity':{
                'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[{'matchExpressions':[
                {'key':'zone','operator':'In','values':['b']}]}]}}}}]}]""");

        ObjectKey pod = town.waiting("p", asking("1"));

        assertEquals("b", nodeFor(pod));
        assertEquals(
                List.of("node(s) didn't match scheduler-enforced node affinity"),
                town.verdict(pod, "a").objections().getFirst().reasons());
    }

    @Test
    void withoutPreemptionNoPodHasToGo() {
        town.node("n1");
        town.running("less", "n1", "", asking("4"));
        ObjectKey pod = town.waiting("p", "'priority':9," + asking("4"));
        assertInstanceOf(Placement.ByPreemption.class, town.explain(pod).placement());

        configure("'profiles':[{'plugins':{'postFilter':{'disabled':[{'name':'DefaultPreemption'}]}}}]");

        assertEquals(
                "0/1 nodes are available: 1 Insufficient cpu.",
                assertInstanceOf(Unschedulable.class, town.explain(pod).placement())
                        .message());
    }

    @Test
    void ofManyNodesSomeThatFitAreEnoughAndThePodSaysWhich() {
        int many = 300;
        for (int i = 0; i < many; i++) {
            town.node("n%03d".formatted(i));
        }
        ObjectKey pod = town.waiting("p", asking("1"));
        // 50 % less one for each 125 nodes.
        assertEquals(many * 48 / 100, town.explain(pod).nodes().size());
        assertEquals(town.explain(pod), town.explain(pod));

        configure("'percentageOfNodesToScore':100");

        assertEquals(many, town.explain(pod).nodes().size());
    }

    @Test
    void profilesHaveNamesAndTheirPodsAreScheduledOnceTheyExist() {
        town.node("n1");
        ObjectKey pod = town.waiting("p", "'schedulerName':'packing'," + asking("1"));
        ObjectKey other = town.waiting("q", "'schedulerName':'foreign'," + asking("1"));
        town.cluster.runScheduler();
        town.cluster.settle();
        assertEquals("", town.nodeOf(pod));

        configure("'profiles':[{'schedulerName':'default-scheduler'},{'schedulerName':'packing'}]");
        town.cluster.settle();

        assertEquals("n1", town.nodeOf(pod));
        assertEquals("", town.nodeOf(other));
    }

    @Test
    void anInvalidConfigurationLeavesTheDefault() {
        town.node("n1");
        town.cluster.given(CONFIG_MAPS, configMap("{"));

        assertEquals("n1", nodeFor(town.waiting("p", asking("1"))));
    }

    @Test
    void aPastDecisionIsRepeatedWithTheConfigurationOfItsTime() {
        town.node("tainted", "4", "", "'taints':[{'key':'k','effect':'NoSchedule'}]");
        ObjectKey pod = town.waiting("p", asking("1"));
        town.cluster.deliverAll();
        Image before = town.cluster.image();

        configure("'profiles':[{'plugins':{'filter':{'disabled':[{'name':'TaintToleration'}]}}}]");
        town.cluster.deliverAll();

        assertInstanceOf(
                Unschedulable.class, Explanation.of(before, pod).orElseThrow().placement());
        assertInstanceOf(
                OnNode.class,
                Explanation.of(town.cluster.image(), pod).orElseThrow().placement());
    }
}
