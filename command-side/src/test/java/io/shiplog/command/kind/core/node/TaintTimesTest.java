package io.shiplog.command.kind.core.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From when a NoExecute taint counts, whatever a client sends. */
public class TaintTimesTest {
    private static final Kind NODES = Samples.strategy(ResourceType.core("nodes"));
    private static final String NOT_READY = "{'key':'node.kubernetes.io/not-ready','effect':'NoSchedule'}";
    private static final String NOW = "2026-01-01T00:00:00Z";

    private static ObjectNode node(String taints) {
        return Samples.tree("{'metadata':{'name':'a'},'spec':{'taints':[" + taints + "]}}");
    }

    private static String updated(String old, String next) {
        ObjectNode node = node(next);
        NODES.prepareForUpdate(node, node(old), new FakeState());
        return node.at("/spec/taints/0/timeAdded").asText();
    }

    @Test
    void aNewNodesTaintCountsFromNow() {
        ObjectNode node = node("{'key':'t','effect':'NoExecute'},{'key':'t','effect':'NoSchedule'}");
        NODES.prepareForCreate(node, new FakeState());
        assertEquals(
                node("{'key':'t','effect':'NoExecute','timeAdded':'" + NOW + "'},{'key':'t','effect':'NoSchedule'},"
                        + NOT_READY),
                node);
    }

    @Test
    void aNewNodeTakesNoPodsUntilItIsReady() {
        ObjectNode node = Samples.tree("{'metadata':{'name':'a'}}");
        NODES.prepareForCreate(node, new FakeState());
        assertEquals(node(NOT_READY), node);
        NODES.prepareForCreate(node, new FakeState());
        assertEquals(node(NOT_READY), node, "it has the taint already");
        ObjectNode ready = node("");
        NODES.prepareForUpdate(ready, node, new FakeState());
        assertEquals(node(""), ready, "only a new node gets it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "none", textBlock = """
            none                                                   | {'key':'t','effect':'NoExecute'}                     | NOW
            {'key':'t','effect':'NoExecute','timeAdded':'BEFORE'}  | {'key':'t','effect':'NoExecute'}                     | BEFORE
            {'key':'t','effect':'NoExecute','timeAdded':'BEFORE'}  | {'key':'t','value':'v','effect':'NoExecute'}         | BEFORE
            {'key':'t','effect':'NoExecute','timeAdded':'BEFORE'}  | {'key':'u','effect':'NoExecute'}                     | NOW
            {'key':'t','effect':'NoSchedule','timeAdded':'BEFORE'} | {'key':'t','effect':'NoExecute'}                     | NOW
            {'key':'t','effect':'NoExecute'}                       | {'key':'t','effect':'NoExecute'}                     | NOW
            {'key':'t','effect':'NoExecute','timeAdded':'BEFORE'}  | {'key':'t','effect':'NoExecute','timeAdded':'GIVEN'} | GIVEN
            {'key':'t','effect':'NoExecute','timeAdded':'BEFORE'}  | {'key':'t','effect':'NoSchedule'}                    | none
            """)
    void anUpdatedTaintKeepsItsTime(@Nullable String old, String next, @Nullable String time) {
        String wanted = time == null ? "" : time.equals("NOW") ? NOW : time;
        assertEquals(wanted, updated(old == null ? "" : old, next));
    }
}
