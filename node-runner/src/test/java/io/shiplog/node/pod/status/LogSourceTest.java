package io.shiplog.node.pod.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.shiplog.events.json.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which log is read, and the kubelet's words where there is none. */
class LogSourceTest {
    private static final String ENDED = "{'terminated':{'containerID':'docker://one'}}";

    private static String choice(String entries, String list, boolean previous) throws JsonProcessingException {
        String status =
                "{'" + list + "':[{'name':'other','state':{'running':{}},'containerID':'docker://x'}," + entries + "]}";
        LogSource source = LogSource.of(
                Json.MAPPER.readTree(status.replace("ENDED", ENDED).replace('\'', '"')), "web", "app", previous);
        String id = source.container();
        return id == null ? source.refusal().replace("container \"app\" in pod \"web\" ", "") : id;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'name':'app','state':{'waiting':{'reason':'PodInitializing'}}} | is waiting to start: PodInitializing",
                "{'name':'app','state':{'waiting':{'reason':'ContainerCreating'}}} | is waiting to start: ContainerCreating",
                "{'name':'app','state':{'waiting':{'reason':'ErrImagePull'}}} | is waiting to start: image can't be pulled",
                "{'name':'app','state':{'waiting':{'reason':'ImagePullBackOff'}}}"
                        + " | is waiting to start: trying and failing to pull image",
                "{'name':'app','containerID':'docker://two','state':{'running':{}},'lastState':ENDED} | two",
                "{'name':'app','containerID':'docker://one','state':ENDED} | one",
                "{'name':'app','containerID':'docker://one','state':{'waiting':{'reason':'CrashLoopBackOff'}},"
                        + "'lastState':ENDED} | one",
                "{'name':'app','state':{'terminated':{'reason':'ContainerStatusUnknown'}}} | is terminated",
                "{'name':'sidecar','state':{'running':{}}} | is not available"
            })
    void theCurrentRun(String entry, String expected) throws JsonProcessingException {
        assertEquals(expected, choice(entry, "containerStatuses", false));
        assertEquals(expected, choice(entry, "initContainerStatuses", false));
    }

    /** While a container waits for its back-off, its previous run is the one that ended last. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'name':'app','containerID':'docker://two','state':{'running':{}},'lastState':ENDED} | one",
                "{'name':'app','containerID':'docker://one','state':{'waiting':{'reason':'CrashLoopBackOff'}},"
                        + "'lastState':ENDED} | one",
                "{'name':'app','containerID':'docker://two','state':{'running':{}},'lastState':{}}"
                        + " | previous terminated not found",
                "{'name':'app','containerID':'docker://one','state':ENDED,'lastState':{}}"
                        + " | previous terminated not found"
            })
    void thePreviousRun(String entry, String expected) throws JsonProcessingException {
        assertEquals(expected, choice(entry, "containerStatuses", true));
    }
}
