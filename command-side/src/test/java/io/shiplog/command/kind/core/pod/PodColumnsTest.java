package io.shiplog.command.kind.core.pod;

import io.shiplog.command.kind.builtin.ColumnsTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** READY, STATUS and RESTARTS, as printPod of Kubernetes has them. */
public class PodColumnsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | {'phase':'Pending'} | 0/2;Pending;0",
                "{} | {'phase':'Pending','conditions':[{'type':'PodScheduled','reason':'SchedulingGated'}]} | 0/2;SchedulingGated;0",
                "{} | {'phase':'Failed','reason':'Evicted'} | 0/2;Evicted;0",
                "{} | {'phase':'Running','containerStatuses':[RUN,RUN]} | 2/2;Running;0",
                "{} | {'phase':'Running','containerStatuses':[RUN,{'name':'b','state':{'waiting':{'reason':'CrashLoopBackOff'}},"
                        + "'restartCount':3,'lastState':{'terminated':{'finishedAt':'2026-01-01T00:00:00Z'}}}]} |"
                        + " 1/2;CrashLoopBackOff;3 (5m ago)",
                "{} | {'phase':'Running','containerStatuses':[{'restartCount':2},{'restartCount':1}]} | 0/2;Running;3",
                "{} | {'phase':'Succeeded','containerStatuses':[{'state':{'terminated':{'reason':'Completed'}}}]} |"
                        + " 0/2;Completed;0",
                "{} | {'phase':'Running','conditions':[{'type':'Ready','status':'True'}],'containerStatuses':["
                        + "{'state':{'terminated':{'reason':'Completed'}}},RUN]} | 1/2;Running;0",
                "{} | {'phase':'Running','conditions':[{'type':'Ready','status':'False'}],'containerStatuses':["
                        + "{'state':{'terminated':{'reason':'Completed'}}},RUN]} | 1/2;NotReady;0",
                "{} | {'phase':'Failed','containerStatuses':[{'state':{'terminated':{'reason':'Error','exitCode':1}}}]} |"
                        + " 0/2;Error;0",
                "{} | {'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':3}}}]} | 0/2;ExitCode:3;0",
                "{} | {'phase':'Failed','containerStatuses':[{'state':{'terminated':{'exitCode':3,'signal':9}}}]} |"
                        + " 0/2;Signal:9;0",
                "{} | {'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'ContainerCreating'}}}]} |"
                        + " 0/2;ContainerCreating;0",
                "{} | {'phase':'Pending','containerStatuses':[{'state':{'waiting':{'reason':'ImagePullBackOff'}}}]} |"
                        + " 0/2;ImagePullBackOff;0",
            })
    void pods_without_init_containers(String spec, String status, String cells) {
        assertPod("'x':0", spec, status, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'running':{}}},{'name':'j'}]} | 0/2;Init:0/2;0",
                "{'phase':'Pending','initContainerStatuses':[DONE,{'name':'j','state':{'waiting':{'reason':'PodInitializing'}}}]}"
                        + " | 0/2;Init:1/2;0",
                "{'phase':'Pending','initContainerStatuses':[{'name':'i','restartCount':2,'state':{'waiting':{'reason':"
                        + "'CrashLoopBackOff'}},'lastState':{'terminated':{'finishedAt':'2026-01-01T00:04:00Z'}}}]} |"
                        + " 0/2;Init:CrashLoopBackOff;2 (60s ago)",
                "{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':1,'reason':'Error'}}}]}"
                        + " | 0/2;Init:Error;0",
                "{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':2}}}]} |"
                        + " 0/2;Init:ExitCode:2;0",
                "{'phase':'Pending','initContainerStatuses':[{'name':'i','state':{'terminated':{'exitCode':2,'signal':15}}}]} |"
                        + " 0/2;Init:Signal:15;0",
                "{'phase':'Running','initContainerStatuses':[{'name':'i','restartCount':4,'state':{'terminated':{'exitCode':0}}},"
                        + "DONE],'containerStatuses':[RUN,RUN]} | 2/2;Running;0",
            })
    void init_containers_tell_how_far_they_are(String status, String cells) {
        assertPod("'x':0", "{'initContainers':[{'name':'i'},{'name':'j'}]}", status, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'phase':'Running','initContainerStatuses':[{'name':'side','started':true,'ready':true,'restartCount':1}],"
                        + "'containerStatuses':[RUN,RUN]} | 3/3;Running;1",
                "{'phase':'Pending','initContainerStatuses':[{'name':'side','started':false}]} | 0/3;Init:0/1;0",
            })
    void sidecars_count_as_containers(String status, String cells) {
        assertPod("'x':0", "{'initContainers':[{'name':'side','restartPolicy':'Always'}]}", status, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'phase':'Running','containerStatuses':[RUN,RUN]} | 2/2;Terminating;0",
                "{'phase':'Succeeded'} | 0/2;Succeeded;0",
                "{'phase':'Running','reason':'NodeLost'} | 0/2;Unknown;0",
            })
    void pods_that_are_being_deleted_say_so(String status, String cells) {
        assertPod("'deletionTimestamp':'2026-01-01T00:04:00Z'", "{}", status, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | {'phase':'Pending'} | <none>;<none>;<none>;<none>",
                "{'nodeName':'n1','readinessGates':[{'conditionType':'a'},{'conditionType':'b'}]} |"
                        + " {'phase':'Running','podIPs':[{'ip':'10.0.0.9'},{'ip':'fd00::9'}],'nominatedNodeName':'n2',"
                        + "'conditions':[{'type':'a','status':'True'},{'type':'b','status':'False'}]} | 10.0.0.9;n1;n2;1/2",
            })
    void wide_columns(String spec, String status, String wide) {
        String phase = status.contains("Running") ? "Running" : "Pending";
        assertCells("'x':0", spec, status, "0/2;" + phase + ";0", wide);
    }

    private static void assertPod(String metadata, String spec, String status, String cells) {
        assertCells(metadata, spec, status, cells, "<none>;<none>;<none>;<none>");
    }

    private static void assertCells(String metadata, String spec, String status, String cells, String wide) {
        String more = spec.equals("{}") ? "" : "," + spec.substring(1, spec.length() - 1);
        String pod = "{'metadata':{'name':'p','creationTimestamp':'2026-01-01T00:03:00Z'," + metadata + "},"
                + "'spec':{'containers':[{'name':'a'},{'name':'b'}]" + more + "},'status':" + status + "}";
        ColumnsTest.assertCells(
                "pods",
                pod.replace("RUN", "{'ready':true,'state':{'running':{}}}")
                        .replace("DONE", "{'name':'d','state':{'terminated':{'exitCode':0}}}"),
                "p;" + cells + ";2m;" + wide);
    }
}
