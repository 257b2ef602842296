package io.shiplog.command.schedule;

import static io.shiplog.command.control.view.Types.PODS;
import static io.shiplog.command.schedule.Town.asking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.schedule.NodeVerdict.PluginScore;
import io.shiplog.command.schedule.Placement.Choice;
import io.shiplog.command.schedule.Placement.OnNode;
import io.shiplog.command.schedule.Placement.Unschedulable;
import io.shiplog.events.object.ObjectKey;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A decision contains its reasons: the objections against each node, the scores, and the reason for the choice. */
class ExplanationTest {
    private static final String SELECTOR = "'labelSelector':{'matchLabels':{'app':'web'}}";

    private final Town town = new Town();

    @BeforeEach
    void twoZones() {
        town.namespace("shop", "'team':'shop'");
        town.namespace("bank", "'team':'bank'");
        town.node("a1", "4", "'kubernetes.io/hostname':'a1','zone':'a','side':'west'", "");
        town.node("b1", "4", "'kubernetes.io/hostname':'b1','zone':'b','side':'west'", "");
        town.node("bare", "4", "", "");
    }

    private Map<String, String> firstObjections(ObjectKey pod) {
        return town.explain(pod).nodes().stream()
                .filter(each -> !each.fits())
                .collect(Collectors.toMap(
                        NodeVerdict::node,
                        each -> each.objections().getFirst().plugin()
                                + ": "
                                + String.join(", ", each.objections().getFirst().reasons())));
    }

    private Map<String, Integer> scores(ObjectKey pod, String plugin) {
        return town.explain(pod).nodes().stream()
                .filter(NodeVerdict::fits)
                .collect(Collectors.toMap(
                        NodeVerdict::node, each -> score(each, plugin).score()));
    }

    private static PluginScore score(NodeVerdict verdict, String plugin) {
        return verdict.scores().stream()
                .filter(each -> each.plugin().equals(plugin))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyFilterThatObjectsIsNamedTheFirstBeingTheOneThatMessagesCount() {
        town.node("full", "500m", "'kubernetes.io/hostname':'full'", "'taints':[{'key':'k','effect':'NoSchedule'}]");
        ObjectKey pod = town.waiting("p", asking("1") + ",'nodeSelector':{'disk':'ssd'}");

        List<Objection> objections = town.verdict(pod, "full").objections();

        assertEquals(
                List.of(
                        new Objection("TaintToleration", List.of("node(s) had untolerated taint {k: }"), false),
                        new Objection(
                                "NodeAffinity", List.of("node(s) didn't match Pod's node affinity/selector"), false),
                        new Objection("NodeResourcesFit", List.of("Insufficient cpu"), false)),
                objections);
        Unschedulable unschedulable = (Unschedulable) town.explain(pod).placement();
        assertTrue(
                unschedulable
                        .message()
                        .startsWith(
                                "0/4 nodes are available: 1 node(s) had untolerated taint {k: }, 3 node(s) didn't match"
                                        + " Pod's node affinity/selector."),
                unschedulable::message);
    }

    @Test
    void everyScorerIsNamedWithWhatItMeasuredAndHowMuchItCounts() {
        ObjectKey pod = town.waiting("p", asking("1"));

        NodeVerdict verdict = town.verdict(pod, "a1");

        assertEquals(
                List.of(
                        "TaintToleration 3",
                        "NodeAffinity 2",
                        "PodTopologySpread 2",
                        "InterPodAffinity 2",
                        "NodeResourcesFit 1",
                        "NodeResourcesBalancedAllocation 1",
                        "ImageLocality 1"),
                verdict.scores().stream()
                        .map(each -> each.plugin() + " " + each.weight())
                        .toList());
        // 3 of 4 CPUs and all memory but 200 MiB stay free; a quarter of the CPUs is asked for, and no memory.
        assertEquals(
                (75 + 100 - 100 * 200 / 8192.0) / 2,
                score(verdict, "NodeResourcesFit").raw(),
                1e-9);
        assertEquals(86, score(verdict, "NodeResourcesFit").score());
        assertEquals(87, score(verdict, "NodeResourcesBalancedAllocation").score());
        assertEquals(3 * 100 + 2 * 0 + 2 * 100 + 2 * 0 + 86 + 87, verdict.total());
    }

    @Test
    void whatMadeTheChoiceIsSaid() {
        ObjectKey anywhere = town.waiting("anywhere", asking("1"));
        ObjectKey one = town.waiting("one", "'nodeSelector':{'zone':'a'}");
        ObjectKey better = town.waiting("better", """
                'affinity':{'nodeAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':1,
                'preference':{'matchExpressions':[{'key':'zone','operator':'In','values':['b']}]}}]}}""");

        assertEquals(Choice.TIE_BREAKER, ((OnNode) town.explain(anywhere).placement()).choice());
        assertEquals(new OnNode("a1", Choice.ONLY_ONE), town.explain(one).placement());
        assertEquals(new OnNode("b1", Choice.SCORE), town.explain(better).placement());
    }

    @Test
    void theLotFallsOnThePodThatIsTheSameForEverAndFallsEverywhere() {
        Set<String> nodes = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            ObjectKey pod = town.waiting("p" + i, asking("1m"));
            OnNode first = (OnNode) town.explain(pod).placement();
            assertEquals(first, town.explain(pod).placement());
            nodes.add(first.node());
        }
        assertEquals(Set.of("a1", "b1", "bare"), nodes);
    }

    @Test
    void aPodThatHasANodeIsLookedAtAsIfItHadNone() {
        ObjectKey there = town.running("there", "a1", "'app':'web'", asking("4"));

        assertTrue(town.verdict(there, "a1").fits(), "it is not in its own way");
        assertEquals(Optional.empty(), Explanation.of(town.cluster.image(), ObjectKey.of(PODS, "shop", "gone")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // near its own kind in the zone
                "podAffinity | 'topologyKey':'zone',SELECTOR | a1",
                // a selector of all, of none
                "podAffinity | 'topologyKey':'zone','labelSelector':{} | a1",
                "podAffinity | 'topologyKey':'zone' | ",
                // in other namespaces, by name or by label
                "podAffinity | 'topologyKey':'zone','namespaces':['bank'],SELECTOR | b1",
                "podAffinity | 'topologyKey':'zone','namespaces':['shop','bank'],SELECTOR | a1 b1",
                "podAffinity | 'topologyKey':'zone','namespaceSelector':{'matchLabels':{'team':'bank'}},SELECTOR | b1",
                "podAffinity | 'topologyKey':'zone','namespaceSelector':{},SELECTOR | a1 b1",
                "podAffinity | 'topologyKey':'zone','namespaceSelector':{'matchLabels':{'team':'x'}},SELECTOR | ",
                // by what this pod says of itself: it is the first of its tier
                "podAffinity | 'topologyKey':'zone','labelSelector':{},'matchLabelKeys':['tier'] | a1 b1",
                "podAffinity | 'topologyKey':'zone','labelSelector':{},'mismatchLabelKeys':['tier'] | a1",
                // far from its own kind
                "podAntiAffinity | 'topologyKey':'zone',SELECTOR | b1 bare",
                "podAntiAffinity | 'topologyKey':'kubernetes.io/hostname','namespaceSelector':{},SELECTOR | bare",
                "podAntiAffinity | 'topologyKey':'zone' | a1 b1 bare",
            })
    void neighboursAreFoundByTopologyNamespaceAndLabels(String affinity, String term, String nodes) {
        town.running("web", "a1", "'app':'web','tier':'1'", "");
        town.pod("bank", "web", "'app':'web'", "'nodeName':'b1'", "'phase':'Running'");
        ObjectKey pod = town.pod(
                "shop",
                "p",
                "'app':'new','tier':'2'",
                "'affinity':{'%s':{'requiredDuringSchedulingIgnoredDuringExecution':[{%s}]}}"
                        .formatted(affinity, term.replace("SELECTOR", SELECTOR)),
                "'phase':'Pending'");

        assertEquals(
                nodes == null ? "" : nodes,
                town.explain(pod).nodes().stream()
                        .filter(NodeVerdict::fits)
                        .map(NodeVerdict::node)
                        .collect(Collectors.joining(" ")));
    }

    @Test
    void theFirstOfItsKindGoesAnywhereButAllWishesHoldOfOnePod() {
        String near = "'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[%s]}}";
        ObjectKey first = town.waiting("first", near.formatted("{'topologyKey':'zone'," + SELECTOR + "}"));
        ObjectKey both = town.pod(
                "shop",
                "both",
                "'app':'db'",
                near.formatted("{'topologyKey':'zone'," + SELECTOR
                        + "},{'topologyKey':'zone','labelSelector':{'matchLabels':{'app':'db'}}}"),
                "'phase':'Pending'");

        assertEquals(
                Map.of("bare", "InterPodAffinity: node(s) didn't match pod affinity rules"), firstObjections(first));
        town.running("web", "a1", "'app':'web'", "");
        town.running("db", "a1", "'app':'db'", "");
        assertEquals(3, firstObjections(both).size(), "each wish is met in zone a, but by different pods");
    }

    @Test
    void podsThatAreThereKeepOthersAwayInTheirNamespaceOnly() {
        String far = "'affinity':{'podAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':["
                + "{'topologyKey':'zone'," + SELECTOR + "}]}}";
        town.running("shy", "a1", "'app':'shy'", far);
        ObjectKey near = town.waiting("near", asking("1"));
        ObjectKey other = town.pod("bank", "other", "'app':'web'", asking("1"), "'phase':'Pending'");

        assertEquals(
                Map.of("a1", "InterPodAffinity: node(s) didn't satisfy existing pods anti-affinity rules"),
                firstObjections(near));
        assertEquals(Map.of(), firstObjections(other));
    }

    @Test
    void wishesAboutNeighboursWeighBothWays() {
        town.running("web", "a1", "'app':'web'", "");
        String wish = "'affinity':{'%s':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':%d,"
                + "'podAffinityTerm':{'topologyKey':'zone'," + SELECTOR + "}}]}}";
        ObjectKey near = town.waiting("near", wish.formatted("podAffinity", 10));
        ObjectKey far = town.waiting("far", wish.formatted("podAntiAffinity", 10));
        ObjectKey none = town.waiting("none", "");

        assertEquals(Map.of("a1", 100, "b1", 0, "bare", 0), scores(near, "InterPodAffinity"));
        assertEquals(10, score(town.verdict(near, "a1"), "InterPodAffinity").raw());
        assertEquals(Map.of("a1", 0, "b1", 100, "bare", 100), scores(far, "InterPodAffinity"));
        assertEquals(Map.of("a1", 0, "b1", 0, "bare", 0), scores(none, "InterPodAffinity"));

        // What pods that are there wish of others: one in zone b would like more of the kind, and one must have them
        // near.
        town.running("fond", "b1", "'app':'fond'", wish.formatted("podAffinity", 5));
        assertEquals(Map.of("a1", 0, "b1", 100, "bare", 0), scores(none, "InterPodAffinity"));
        town.running("clinging", "b1", "'app':'clinging'", """
                'affinity':{'podAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':[{'topologyKey':'zone',%s}]}}""".formatted(SELECTOR));
        assertEquals(6, score(town.verdict(none, "b1"), "InterPodAffinity").raw());
    }

    /** Two pods in zone a, one in zone b, none on the tainted node of zone c. */
    private void crowdedZones() {
        town.node("c1", "4", "'zone':'c'", "'taints':[{'key':'k','effect':'NoSchedule'}]");
        town.running("one", "a1", "'app':'web'", "");
        town.running("two", "a1", "'app':'web'", "");
        town.running("three", "b1", "'app':'web'", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'maxSkew':1,SELECTOR | 'side':'west' | b1",
                "'maxSkew':2,SELECTOR | 'side':'west' | a1 b1",
                // none is selected, so none is spread
                "'maxSkew':1 | 'side':'west' | a1 b1",
                // as if there were an empty third zone
                "'maxSkew':1,'minDomains':3,SELECTOR | 'side':'west' | ",
                "'maxSkew':2,'minDomains':3,SELECTOR | 'side':'west' | b1",
                // zone c counts, though the pod cannot go there
                "'maxSkew':1,'nodeAffinityPolicy':'Ignore',SELECTOR | 'side':'west' | ",
                "'maxSkew':1,SELECTOR | | ",
                "'maxSkew':1,'nodeTaintsPolicy':'Honor',SELECTOR | | b1",
            })
    void aDutyToSpreadCountsWhatItsPoliciesSay(String constraint, String nodeSelector, String nodes) {
        crowdedZones();
        ObjectKey pod = town.waiting(
                "p",
                "'topologySpreadConstraints':[{'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule',%s}],'nodeSelector':{%s}"
                        .formatted(constraint.replace("SELECTOR", SELECTOR), nodeSelector == null ? "" : nodeSelector));

        assertEquals(
                nodes == null ? "" : nodes,
                town.explain(pod).nodes().stream()
                        .filter(NodeVerdict::fits)
                        .map(NodeVerdict::node)
                        .collect(Collectors.joining(" ")));
    }

    @Test
    void aWishToSpreadWeighsHowCrowdedTheDomainsAre() {
        crowdedZones();
        ObjectKey pod = town.waiting(
                "p",
                "'topologySpreadConstraints':[{'topologyKey':'zone','maxSkew':1,'whenUnsatisfiable':'ScheduleAnyway',"
                        + SELECTOR + "}]");

        // The crowd times log(two domains + 2), rounded; a node without the label is not in question.
        assertEquals(3, score(town.verdict(pod, "a1"), "PodTopologySpread").raw());
        assertEquals(Map.of("a1", 33, "b1", 100, "bare", 0), scores(pod, "PodTopologySpread"));
    }

    @Test
    void portsOfTheHostAreTakenBySidecarsToo() {
        String port = "'ports':[{'hostPort':80,'containerPort':80}]";
        town.running("proxy", "a1", "", "'initContainers':[{'name':'s','restartPolicy':'Always'," + port + "}]");
        ObjectKey pod = town.waiting("p", "'containers':[{'name':'c'," + port + "}]");

        assertEquals(
                Map.of("a1", "NodePorts: node(s) didn't have free ports for the requested pod ports"),
                firstObjections(pod));
    }
}
