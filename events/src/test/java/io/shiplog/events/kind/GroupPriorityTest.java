package io.shiplog.events.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupPriorityTest {
    @Test
    void discoverys_order_is_by_priority_and_then_by_name() {
        List<String> sorted = List.of(
                "apiregistration.k8s.io",
                "",
                "apps",
                "events.k8s.io",
                "admissionregistration.k8s.io",
                "apiextensions.k8s.io",
                "flowcontrol.apiserver.k8s.io",
                "example.com",
                "history.shiplog.io");
        assertEquals(
                sorted,
                sorted.reversed().stream().sorted(GroupPriority::compare).toList());
    }

    @Test
    void unknown_groups_come_last() {
        assertEquals(1_000, GroupPriority.of("example.com"));
        assertEquals(17_800, GroupPriority.of("apps"));
    }
}
