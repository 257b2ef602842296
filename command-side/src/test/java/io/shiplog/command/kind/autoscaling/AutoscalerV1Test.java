package io.shiplog.command.kind.autoscaling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.api.Test;

class AutoscalerV1Test {
    private static final ResourceType SCALERS = new ResourceType("autoscaling", "horizontalpodautoscalers");
    private static final String META = "'metadata':{'name':'x','namespace':'default'}";
    private static final String TARGET = "'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'web'}";

    private static String json(String text) {
        return text.replace("META", META).replace("TARGET", TARGET);
    }

    @Test
    void version_1_has_a_field_for_the_cpu_and_annotations_for_the_rest() {
        ObjectNode stored = Samples.defaulted(
                SCALERS,
                json(
                        "{META,'spec':{TARGET,'maxReplicas':3,'metrics':[{'type':'Resource','resource':{'name':'cpu','target':{"
                                + "'type':'Utilization','averageUtilization':60}}},{'type':'Pods','pods':{'metric':{'name':'rps'},'target':{"
                                + "'type':'AverageValue','averageValue':'100'}}}],'behavior':{'scaleDown':{'stabilizationWindowSeconds':60}}}}"));
        AutoscalerV1 version = new AutoscalerV1();

        ObjectNode served = version.fromStored(stored);

        assertEquals(
                60, served.path("spec").path("targetCPUUtilizationPercentage").asInt());
        assertEquals(
                "[{\"type\":\"Pods\",\"pods\":{\"metricName\":\"rps\",\"targetAverageValue\":\"100\"}}]",
                served.path("metadata")
                        .path("annotations")
                        .path("autoscaling.alpha.kubernetes.io/metrics")
                        .asText());
        ObjectNode again = version.toStored(served);
        assertEquals(2, again.path("spec").path("metrics").size());
        assertEquals(stored.path("spec").path("behavior"), again.path("spec").path("behavior"));
        assertEquals(stored.path("metadata"), again.path("metadata"));
    }

    @Test
    void a_broken_annotation_says_nothing() {
        ObjectNode served =
                Samples.tree("{'metadata':{'name':'x','annotations':{'autoscaling.alpha.kubernetes.io/metrics':'{'}},"
                        + "'spec':{'maxReplicas':3}}");

        assertEquals(
                Samples.tree("{'metadata':{'name':'x'},'spec':{'maxReplicas':3}}"),
                new AutoscalerV1().toStored(served));
    }
}
