package io.shiplog.docker.history.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeopleTest {
    private static final String CONTROLLER = "system:serviceaccount:kube-system:root-ca-cert-publisher";

    private final List<String> told = new ArrayList<>();
    private final People people = new People(
            followed -> told.add(followed.change().at("/metadata/name").asText() + " " + followed.text()));

    private void change(int revision, String actor, String cause, String correlation, String kind, String name) {
        people.add(Json.of("""
                        {"metadata":{"name":"%d"},"actor":"%s","cause":"%s","correlation":"%s","record":{"shard":"events"},
                         "object":{"kind":"%s","resource":"%s","name":"%s"}}""".formatted(revision, actor, cause, correlation, kind, kind, name))
                .tree());
    }

    @Test
    void whatFollowsACommandOfAnUndoIsUnderThatCommand() {
        change(1, "dana", "", "undo", "Namespace", "shop");
        change(2, "dana", "", "undo", "ConfigMap", "prices");
        change(3, CONTROLLER, "events/1", "undo", "ConfigMap", "kube-root-ca.crt");
        change(4, CONTROLLER, "events/3", "undo", "ConfigMap", "kube-root-ca.crt");
        people.end();

        assertEquals(List.of("1 2 changes followed (configmap 2) by root-ca-cert-publisher", "2 null"), told);
    }

    @Test
    void aReportOfANodeIsUnderTheLastChangeOfItsObject() {
        change(1, "dana", "", "a", "Pod", "web");
        change(2, "system:kube-scheduler", "events/1", "a", "Pod", "web");
        change(3, "system:node:node-1", "", "b", "Pod", "web");
        people.end();

        assertEquals(List.of("1 2 changes followed (pod 2) by system:kube-scheduler, system:node:node-1"), told);
    }

    @Test
    void aChangeWhoseCauseIsNotShownIsUnderItsCorrelation() {
        change(7, "dana", "", "a", "Pod", "web");
        change(8, CONTROLLER, "events/5", "a", "ConfigMap", "x");
        change(9, CONTROLLER, "events/5", "other", "ConfigMap", "y");
        people.end();

        assertEquals(List.of("7 1 change followed (configmap 1) by root-ca-cert-publisher"), told);
    }
}
