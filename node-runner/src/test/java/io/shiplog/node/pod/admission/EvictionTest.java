package io.shiplog.node.pod.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.node.pod.admission.Eviction.Candidate;
import io.shiplog.node.pod.desired.Pods;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kubelet's order among pods of a node that is low on memory. */
class EvictionTest {
    private static final long LITTLE = 50L << 20;

    /** Each as {@code priority request used}, in mebibytes; the number of the one that ends, -1 for none. */
    @ParameterizedTest
    @CsvSource({
        "'0 10 20', 0",
        "'0 20 10;0 10 20', 1",
        "'0 10 5', 0",
        "'5 0 90;1 0 20', 1",
        "'1 0 20;1 0 90', 1",
        "'1 80 90;1 0 20', 1",
        "'1 90 80;9 10 20', 1",
        "'2000000000 0 90', -1",
        "'2000000000 0 90;7 50 10', 1",
        "'', -1",
    })
    void theOneThatUsesMoreThanItAskedForOfTheLeastPriorityEnds(String pods, int victim) {
        List<Candidate> candidates = Arrays.stream(pods.split(";"))
                .filter(each -> !each.isEmpty())
                .map(EvictionTest::candidate)
                .toList();

        int chosen = Eviction.forMemory(candidates, LITTLE)
                .map(each -> candidates.stream().map(Candidate::pod).toList().indexOf(each.pod()))
                .orElse(-1);

        assertEquals(victim, chosen);
        assertEquals(
                true, Eviction.forMemory(candidates, Eviction.MEMORY_THRESHOLD).isEmpty());
    }

    private static Candidate candidate(String text) {
        String[] words = text.split(" ");
        return new Candidate(
                Pods.of(
                        "{'priority':%s,'containers':[{'name':'app','image':'i','resources':{'requests':{'memory':'%sMi'}}}],'hostname':'uses-%s'}"
                                .formatted(words[0], words[1], words[2])),
                Map.of("app", Long.parseLong(words[2]) << 20));
    }

    @ParameterizedTest
    @CsvSource({"20971520, 20Mi", "20971521, 20971521", "20972544, 20481Ki"})
    void theReasonNamesWhatWasUsed(long used, String shown) {
        Candidate one = new Candidate(
                Pods.of(
                        "{'containers':[{'name':'app','image':'i','resources':{'requests':{'memory':'10Mi'}}},{'name':'b','image':'i'}]}"),
                Map.of("app", used, "b", 0L));

        var why = Eviction.forMemory(List.of(one), LITTLE).orElseThrow().why();

        assertEquals("Evicted", why.reason());
        assertEquals(
                "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. "
                        + "Container app was using %s, request is 10Mi, has larger consumption of memory. "
                                .formatted(shown),
                why.message());
    }
}
