package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.object.ResourceType;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells as the API server of Kubernetes prints them. Ages are five minutes throughout. */
public class ColumnsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:05:00Z");
    private static final String META = "'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "namespaces | {META,'status':{'phase':'Terminating'}} | x;Terminating;5m",
                "configmaps | {META,'data':{'a':'','b':''},'binaryData':{'c':''}} | x;3;5m",
                "configmaps | {META} | x;0;5m",
                "secrets | {META,'type':'Opaque','data':{'a':''}} | x;Opaque;1;5m",
                "serviceaccounts | {META} | x;5m",
                "leases.coordination.k8s.io | {META,'spec':{'holderIdentity':'n1'}} | x;n1;5m",
                "leases.coordination.k8s.io | {META} | x;;5m",
                "keyrotations.keys.shiplog.io | {META} | x;;0;0;5m;<none>;<none>",
                "keyrotations.keys.shiplog.io | {META,'status':{'phase':'Done','keys':7,'keyEncryptionKey':'f1','shredded':[{}]}} |"
                        + " x;Done;7;1;5m;f1;<none>",
                "priorityclasses.scheduling.k8s.io | {META,'value':7,'preemptionPolicy':'Never'} | x;7;false;5m;Never",
                "priorityclasses.scheduling.k8s.io | {META,'globalDefault':true} | x;0;true;5m;",
                "roles.rbac.authorization.k8s.io | {META} | x;2026-01-01T00:00:00Z",
                "clusterroles.rbac.authorization.k8s.io | {META} | x;2026-01-01T00:00:00Z",
                "rolebindings.rbac.authorization.k8s.io | {META,'roleRef':{'kind':'ClusterRole','name':'edit'},'subjects':["
                        + "{'kind':'User','name':'u'},{'kind':'User','name':'v'},{'kind':'Group','name':'g'},"
                        + "{'kind':'ServiceAccount','namespace':'n','name':'s'}]} | x;ClusterRole/edit;5m;u, v;g;n/s",
                "podtemplates | {META,'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}} |"
                        + " x;c;i;a=b",
                "jobs.batch | {META,'spec':{'completions':2},'status':{'succeeded':1,'startTime':'2026-01-01T00:00:00Z'}} |"
                        + " x;Running;1/2;5m;5m;;;<none>",
                "cronjobs.batch | {META,'spec':{'schedule':'@daily','suspend':true}} | x;@daily;<none>;True;0;<none>;5m;;;<none>",
                "daemonsets.apps | {META,'status':{'numberReady':3}} | x;0;0;3;0;0;<none>;5m;;;<none>",
                "statefulsets.apps | {META,'spec':{'replicas':2},'status':{'readyReplicas':1}} | x;1/2;5m;;",
                "controllerrevisions.apps | {'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z','ownerReferences':[{"
                        + "'controller':true,'apiVersion':'apps/v1','kind':'DaemonSet','name':'d'}]},'revision':3} | x;daemonset.apps/d;3;5m",
                "poddisruptionbudgets.policy | {META,'spec':{'minAvailable':'50%'}} | x;50%;N/A;0;5m",
                "horizontalpodautoscalers.autoscaling | {META,'spec':{'scaleTargetRef':{'kind':'D','name':'d'},'maxReplicas':3,'metrics':["
                        + "{'type':'Resource','resource':{'name':'cpu','target':{'averageUtilization':60}}}]}} |"
                        + " x;D/d;cpu: <unknown>/60%;<unset>;3;0;5m",
                "clusterrolebindings.rbac.authorization.k8s.io | {META,'roleRef':{'kind':'ClusterRole','name':'a'}} |"
                        + " x;ClusterRole/a;5m;;;",
            })
    void plain_kinds(String type, String object, String cells) {
        assertCells(type, object, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{META} | x;Unknown;<none>;5m;;<none>;<none>;<unknown>;<unknown>;<unknown>",
                "{META,'spec':{'unschedulable':true},'status':{'conditions':[{'type':'Ready','status':'True'}]}} |"
                        + " x;Ready,SchedulingDisabled;<none>;5m;;<none>;<none>;<unknown>;<unknown>;<unknown>",
                "{META,'status':{'conditions':[{'type':'DiskPressure','status':'True'},{'type':'Ready','status':'Unknown'}]}} |"
                        + " x;NotReady;<none>;5m;;<none>;<none>;<unknown>;<unknown>;<unknown>",
                "{'metadata':{'name':'n','creationTimestamp':'2026-01-01T00:00:00Z','labels':{'node-role.kubernetes.io/worker':'',"
                        + "'node-role.kubernetes.io/control-plane':'','node-role.kubernetes.io/':'','kubernetes.io/role':'db'}},"
                        + "'status':{'nodeInfo':{'kubeletVersion':'v1','osImage':'Debian','kernelVersion':'6.1',"
                        + "'containerRuntimeVersion':'docker://20'},'addresses':[{'type':'Hostname','address':'n'},"
                        + "{'type':'InternalIP','address':'10.0.0.1'},{'type':'ExternalIP','address':'1.2.3.4'}]}} |"
                        + " n;Unknown;control-plane,db,worker;5m;v1;10.0.0.1;1.2.3.4;Debian;6.1;docker://20",
            })
    void nodes(String object, String cells) {
        assertCells("nodes", object, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{META,'spec':{'type':'ClusterIP','clusterIP':'10.96.0.1','ports':[{'port':80,'protocol':'TCP'},"
                        + "{'port':53,'protocol':'UDP'}],'selector':{'b':'2','a':'1'}}} |"
                        + " x;ClusterIP;10.96.0.1;<none>;80/TCP,53/UDP;5m;a=1,b=2",
                "{META,'spec':{'type':'NodePort','clusterIP':'10.96.0.1','externalIPs':['1.1.1.1','2.2.2.2'],"
                        + "'ports':[{'port':80,'nodePort':30080,'protocol':'TCP'}]}} |"
                        + " x;NodePort;10.96.0.1;1.1.1.1,2.2.2.2;80:30080/TCP;5m;<none>",
                "{META,'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.1'}} |"
                        + " x;LoadBalancer;10.96.0.1;<pending>;<none>;5m;<none>",
                "{META,'spec':{'type':'LoadBalancer','clusterIP':'10.96.0.1'},'status':{'loadBalancer':{'ingress':"
                        + "[{'ip':'9.9.9.9'},{'hostname':'lb.example'}]}}} |"
                        + " x;LoadBalancer;10.96.0.1;9.9.9.9,lb.example;<none>;5m;<none>",
                "{META,'spec':{'type':'ExternalName','externalName':'db.example'}} |"
                        + " x;ExternalName;<none>;db.example;<none>;5m;<none>",
                "{META,'spec':{'type':'ClusterIP','clusterIP':'None'}} | x;ClusterIP;None;<none>;<none>;5m;<none>",
            })
    void services(String object, String cells) {
        assertCells("services", object, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "endpoints | {META} | x;<none>;5m",
                "endpoints | {META,'subsets':[{'addresses':[{'ip':'10.0.0.1'},{'ip':'fd00::1'}],'ports':[{'port':80}]}]} |"
                        + " x;10.0.0.1:80,[fd00::1]:80;5m",
                "endpoints | {META,'subsets':[{'addresses':[{'ip':'1'},{'ip':'2'}],'ports':[{'port':80},{'port':81}]}]} |"
                        + " x;1:80,2:80,1:81 + 1 more...;5m",
                "endpoints | {META,'subsets':[{'addresses':[{'ip':'10.0.0.1'}]}]} | x;10.0.0.1;5m",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPv4'} | x;IPv4;<unset>;<unset>;5m",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPv4','ports':[{'port':80},{'name':'web'},{}],"
                        + "'endpoints':[{'addresses':['1']},{'addresses':['2','3']},{'addresses':['4']}]} |"
                        + " x;IPv4;80,web,*;1,2,3 + 1 more...;5m",
            })
    void endpoints(String type, String object, String cells) {
        assertCells(type, object, cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "deployments.apps | {META,'spec':{'replicas':3,TEMPLATE,'selector':{'matchLabels':{'b':'1'},"
                        + "'matchExpressions':[{'key':'a','operator':'In','values':['y','x']},{'key':'c','operator':'Exists'},"
                        + "{'key':'d','operator':'DoesNotExist'},{'key':'e','operator':'NotIn','values':['z']}]}},"
                        + "'status':{'readyReplicas':2,'updatedReplicas':1,'availableReplicas':2}} |"
                        + " x;2/3;1;2;5m;c1,c2;i1,i2;a in (x,y),b=1,c,!d,e notin (z)",
                "deployments.apps | {META,'spec':{'replicas':0}} | x;0/0;0;0;5m;;;",
                "replicasets.apps | {META,'spec':{'replicas':3,TEMPLATE},'status':{'replicas':2,'readyReplicas':1}} |"
                        + " x;3;2;1;5m;c1,c2;i1,i2;<none>",
                "replicationcontrollers | {META,'spec':{'replicas':3,TEMPLATE,'selector':{'a':'b'}}} |"
                        + " x;3;0;0;5m;c1,c2;i1,i2;a=b",
            })
    void workloads(String type, String object, String cells) {
        String template = "'template':{'spec':{'containers':[{'name':'c1','image':'i1'},{'name':'c2','image':'i2'}]}}";
        assertCells(type, object.replace("TEMPLATE", template), cells);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'metadata':{'name':'e'},'type':'Warning','reason':'BackOff','message':' again\\n','count':4,"
                        + "'firstTimestamp':'2026-01-01T00:00:00Z','lastTimestamp':'2026-01-01T00:04:00Z',"
                        + "'involvedObject':{'kind':'Pod','name':'p','fieldPath':'spec.containers{a}'},"
                        + "'source':{'component':'kubelet','host':'n1'}} |"
                        + " 60s;Warning;BackOff;pod/p;spec.containers{a};kubelet, n1;again;5m;4;e",
                "{'metadata':{'name':'e'},'type':'Normal','reason':'R','message':'m','eventTime':'2026-01-01T00:00:00.000000Z',"
                        + "'involvedObject':{'kind':'Node'},'reportingComponent':'c','reportingInstance':'i'} |"
                        + " 5m;Normal;R;node;;c, i;m;5m;1;e",
                "{'metadata':{'name':'e'},'type':'Normal','reason':'R','message':'m','eventTime':'2026-01-01T00:00:00.000000Z',"
                        + "'series':{'count':7,'lastObservedTime':'2026-01-01T00:04:50.000000Z'},"
                        + "'involvedObject':{'kind':'Pod','name':'p'},'reportingComponent':'c'} |"
                        + " 10s;Normal;R;pod/p;;c;m;5m;7;e",
                "{'metadata':{'name':'e'},'involvedObject':{}} | <unknown>;;;;;;;<unknown>;1;e",
            })
    void events(String object, String cells) {
        assertCells("events", object, cells);
        assertCells("events.events.k8s.io", object, cells);
    }

    @Test
    void a_column_of_every_kind_names_the_object() {
        for (KindDescription kind : BuiltInKinds.catalogue().all()) {
            assertTrue(
                    kind.columns().stream()
                            .anyMatch(c -> c.format().equals("name") && c.name().equals("Name")),
                    kind.kind());
        }
    }

    public static void assertCells(String type, String object, String cells) {
        String json = object.replace("META", META).replace('\'', '"');
        assertEquals(cells, cells(type, Json.of(json).tree()), object);
    }

    private static String cells(String type, JsonNode object) {
        int dot = type.indexOf('.');
        ResourceType resource =
                dot < 0 ? ResourceType.core(type) : new ResourceType(type.substring(dot + 1), type.substring(0, dot));
        KindDescription kind = Objects.requireNonNull(BuiltInKinds.catalogue().get(resource), type);
        return kind.columns().stream()
                .map(column -> String.valueOf(column.cell().value(object, NOW)))
                .collect(Collectors.joining(";"));
    }
}
