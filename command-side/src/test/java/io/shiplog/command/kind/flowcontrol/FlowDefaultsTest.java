package io.shiplog.command.kind.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowDefaultsTest {
    @Test
    void the_objects_of_a_fresh_cluster_are_valid_and_complete() {
        List<ObjectNode> objects = FlowDefaults.objects();
        assertEquals(19, objects.size());
        for (ObjectNode object : objects) {
            ResourceType type = KindValidationTest.type(
                    (object.path("kind").asText().equals("FlowSchema") ? "flowschemas" : "prioritylevelconfigurations")
                            + ".flowcontrol.apiserver.k8s.io");
            assertEquals(List.of(), Samples.problems(type, object.toString()));
            assertEquals(object, Samples.defaulted(type, object.toString()), "it says every default");
        }
    }
}
