package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.scheduling.PriorityClassKind;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every kind except the pod: valid objects, and the errors of invalid ones, verbatim as in Kubernetes. */
public class KindValidationTest {
    private static final String META = "'metadata':{'name':'x','namespace':'default'}";
    private static final String IN_SYSTEM = "'metadata':{'name':'x','namespace':'kube-system'}";

    /** A new Event, without its action. */
    private static final String NEW =
            "'eventTime':'TIME','reportingComponent':'a.io/c','reportingInstance':'i','reason':'R','type':"
                    + "'Normal'";

    private static final String TEMPLATE =
            "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i'}]}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "services | {META,'spec':{'ports':[{'port':80}],'selector':{'a':'b'}}}",
                "services | {META,'spec':{'clusterIP':'None'}}",
                "services | {META,'spec':{'type':'NodePort','ports':[{'name':'a','port':80,'nodePort':30080},{'name':'b','port':81,"
                        + "'targetPort':'http'}]}}",
                "services | {META,'spec':{'type':'ExternalName','externalName':'db.example.'}}",
                "services | {META,'spec':{'sessionAffinity':'ClientIP','ports':[{'port':80}],'externalIPs':['1.2.3.4']}}",
                "configmaps | {META,'data':{'a.b-c_d':'x'},'binaryData':{'e':'YQ=='}}",
                "secrets | {META,'stringData':{'a':'x'}}",
                "secrets | {META,'type':'kubernetes.io/dockerconfigjson','stringData':{'.dockerconfigjson':'{}'}}",
                "secrets | {META,'type':'my.example/own','data':{}}",
                "namespaces | {'metadata':{'name':'x'}}",
                "nodes | {'metadata':{'name':'x'},'spec':{'podCIDRs':['10.244.0.0/24'],'taints':[{'key':'a','effect':'NoSchedule'}]},"
                        + "'status':{'capacity':{'cpu':'2'}}}",
                "leases.coordination.k8s.io | {META,'spec':{'leaseDurationSeconds':40,'holderIdentity':'n'}}",
                "events | {META,'involvedObject':{'kind':'Pod','namespace':'default'}}",
                "events | {META,'involvedObject':{'kind':'Node'}}",
                "events | {META,'involvedObject':{'kind':'Node'},NEW,'action':'A'}",
                "events | {IN_SYSTEM,'involvedObject':{'kind':'Node'},NEW,'action':'A'}",
                "events | {META,'involvedObject':{'namespace':'other'},NEW,'action':'A','count':3}",
                "events | {META,'type':'Odd'}",
                "events.events.k8s.io | {META,'regarding':{'namespace':'other'},NEWER,'action':'A'}",
                "events.events.k8s.io | {META,NEWER,'action':'A','deprecatedSource':{},'series':{'count':2,'lastObservedTime':'TIME'}}",
                "deployments.apps | {META,'spec':{'selector':{'matchExpressions':[{'key':'a','operator':'In','values':['b','','c_d']}]},"
                        + "TEMPLATE}}",
                "endpoints | {META,'subsets':[{'addresses':[{'ip':'10.0.0.1'}],'ports':[{'port':80}]}]}",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPv4','endpoints':[{'addresses':['10.0.0.1']}],"
                        + "'ports':[{'port':80}]}",
                "endpointslices.discovery.k8s.io | {META,'addressType':'FQDN','endpoints':[{'addresses':['a.example']}]}",
                "roles.rbac.authorization.k8s.io | {META,'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}",
                "clusterroles.rbac.authorization.k8s.io | {META,'rules':[{'nonResourceURLs':['/healthz'],'verbs':['get']}]}",
                "rolebindings.rbac.authorization.k8s.io | {META,'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':'User',"
                        + "'name':'u'},{'kind':'ServiceAccount','name':'s'}]}",
                "deployments.apps | {META,'spec':{'selector':{'matchLabels':{'a':'b'}},TEMPLATE}}",
                "deployments.apps | {META,'spec':{'selector':{'matchExpressions':[{'key':'a','operator':'In','values':['b']}]},"
                        + "'strategy':{'type':'Recreate'},TEMPLATE}}",
                "replicasets.apps | {META,'spec':{'replicas':0,'selector':{'matchLabels':{'a':'b'}},TEMPLATE}}",
                "replicationcontrollers | {META,'spec':{TEMPLATE}}",
                "keyrotations.keys.shiplog.io | {'metadata':{'name':'x'}}",
                "keyrotations.keys.shiplog.io | {'metadata':{'name':'x'},'spec':{'shred':[{'apiVersion':'v1','kind':'Secret',"
                        + "'namespace':'shop','name':'db'},{'apiVersion':'v1','kind':'Node','name':'n','uid':'u'}]}}",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'x'},'value':1000000000,'globalDefault':true}",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'x'},'value':-5,'preemptionPolicy':'Never'}",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'system-node-critical'},'value':2000001000}",
            })
    void sound_objects_pass(String type, String object) {
        assertEquals(List.of(), Samples.problems(type(type), json(object)), object);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "services | {META,'spec':{}} | spec.ports: Required value",
                "services | {META,'spec':{'type':'Best','ports':[{'port':80}]}} | spec.type: Unsupported value: \"Best\": supported"
                        + " values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
                "services | {META,'spec':{'ports':[{'port':80},{'port':81}]}} | spec.ports[0].name: Required value &"
                        + " spec.ports[1].name: Required value",
                "services | {META,'spec':{'ports':[{'name':'a','port':80},{'name':'b','port':80}]}} | spec.ports[1]: Duplicate"
                        + " value: {\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,"
                        + "\"NodePort\":0}",
                "services | {META,'spec':{'ports':[{'port':0}]}} | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535,"
                        + " inclusive & spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
                "services | {META,'spec':{'ports':[{'port':80,'nodePort':30000}]}} | spec.ports[0].nodePort: Forbidden: may not be"
                        + " used when `type` is 'ClusterIP'",
                "services | {META,'spec':{'type':'NodePort','clusterIP':'None','ports':[{'port':80}]}} | spec.clusterIPs[0]: Invalid"
                        + " value: \"None\": may not be set to 'None' for NodePort services",
                "services | {META,'spec':{'clusterIP':'10.96','ports':[{'port':80}]}} | spec.clusterIPs[0]: Invalid value:"
                        + " \"10.96\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "services | {META,'spec':{'type':'ExternalName'}} | spec.externalName: Required value",
                "services | {META,'spec':{'ports':[{'port':80}],'externalIPs':['127.0.0.1']}} | spec.externalIPs[0]: Invalid value:"
                        + " \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)",
                "services | {META,'spec':{'ports':[{'port':80}],'externalTrafficPolicy':'Local'}} | spec.externalTrafficPolicy:"
                        + " Invalid value: \"Local\": may only be set for externally-accessible services",
                "services | {META,'spec':{'ports':[{'port':80}],'sessionAffinity':'Sticky'}} | spec.sessionAffinity: Unsupported"
                        + " value: \"Sticky\": supported values: \"ClientIP\", \"None\"",
                "configmaps | {META,'data':{'a/b':'x'}} | data[a/b]: Invalid value: \"a/b\": a valid config key must consist of"
                        + " alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used"
                        + " for validation is '[-._a-zA-Z0-9]+')",
                "configmaps | {META,'data':{'a':'x'},'binaryData':{'a':'YQ=='}} | data[a]: Invalid value: \"a\": duplicate of key"
                        + " present in binaryData",
                "secrets | {META,'data':{'..':'YQ=='}} | data[..]: Invalid value: \"..\": must not be '..'",
                "secrets | {META,'type':'kubernetes.io/tls','data':{'tls.crt':'YQ=='}} | data[tls.key]: Required value",
                "secrets | {META,'type':'kubernetes.io/dockerconfigjson'} | data[.dockerconfigjson]: Required value",
                "secrets | {META,'type':'kubernetes.io/basic-auth'} | data[username]: Required value & data[password]: Required"
                        + " value",
                "secrets | {META,'type':'kubernetes.io/service-account-token'} |"
                        + " metadata.annotations[kubernetes.io/service-account.name]: Required value",
                "namespaces | {'metadata':{'name':'x'},'spec':{'finalizers':['mine']}} | spec.finalizers: Invalid value:"
                        + " \"mine\": name is neither a standard finalizer name nor is it fully qualified",
                "nodes | {'metadata':{'name':'x'},'spec':{'taints':[{'key':'a','effect':'Never'}]}} | metadata.taints[0].effect:"
                        + " Unsupported value: \"Never\": supported values: \"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\"",
                "nodes | {'metadata':{'name':'x'},'spec':{'taints':[{'key':'a','effect':'NoExecute'},{'key':'a','value':'b',"
                        + "'effect':'NoExecute'}]}} | metadata.taints[1]: Duplicate value: {\"Key\":\"a\",\"Value\":\"b\","
                        + "\"Effect\":\"NoExecute\",\"TimeAdded\":null}: taints must be unique by key and effect pair",
                "nodes | {'metadata':{'name':'x'},'status':{'capacity':{'cpu':'-1'},'allocatable':{}}} | status.capacity.cpu: Invalid"
                        + " value: \"-1\": must be greater than or equal to 0 & status.allocatable.cpu: Invalid value: \"-1\": must"
                        + " be greater than or equal to 0",
                "leases.coordination.k8s.io | {META,'spec':{'leaseDurationSeconds':0}} | spec.leaseDurationSeconds: Invalid value:"
                        + " 0: must be greater than 0",
                "events | {META,'involvedObject':{'namespace':'other'}} | involvedObject.namespace: Invalid value: \"other\": does"
                        + " not match event.namespace",
                "endpoints | {META,'subsets':[{}]} | subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`",
                "endpoints | {META,'subsets':[{'addresses':[{'ip':'127.0.0.1'}]}]} | subsets[0].addresses[0].ip: Invalid value:"
                        + " \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPX'} | addressType: Unsupported value: \"IPX\": supported"
                        + " values: \"FQDN\", \"IPv4\", \"IPv6\"",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPv4','endpoints':[{'addresses':['fd00::1']}]} |"
                        + " endpoints[0].addresses: Invalid value: \"fd00::1\": must be an IPv4 address",
                "roles.rbac.authorization.k8s.io | {META,'rules':[{}]} | rules[0].verbs: Required value: verbs must contain at least"
                        + " one value & rules[0].apiGroups: Required value: resource rules must supply at least one api group &"
                        + " rules[0].resources: Required value: resource rules must supply at least one resource",
                "roles.rbac.authorization.k8s.io | {META,'rules':[{'verbs':['get'],'nonResourceURLs':['/x']}]} |"
                        + " rules[0].nonResourceURLs: Invalid value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs",
                "clusterrolebindings.rbac.authorization.k8s.io | {META,'roleRef':{'kind':'Role','name':'r'},'subjects':[{'kind':"
                        + "'ServiceAccount','name':'s'},{'kind':'Robot','name':'r'}]} | roleRef.kind: Unsupported value: \"Role\":"
                        + " supported values: \"ClusterRole\" & subjects[0].namespace: Required value & subjects[1].kind: Unsupported"
                        + " value: \"Robot\": supported values: \"ServiceAccount\", \"User\", \"Group\"",
                "events | {IN_SYSTEM,'involvedObject':{'kind':'Node'}} | involvedObject.namespace: Invalid value: \"\": does not match"
                        + " event.namespace",
                "events | {META,'involvedObject':{'kind':'Node'},NEW} | action: Required value",
                "events | {META,'eventTime':'TIME','message':'NOTE'} | reportingController: Required value & reportingController: Invalid"
                        + " value: \"\": name part must be non-empty & reportingController: Invalid value: \"\": name part must consist"
                        + " of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g."
                        + " 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                        + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') & reportingInstance: Required value & action: Required value"
                        + " & reason: Required value & message: Invalid value: \"\": can have at most 1024 characters",
                "events.events.k8s.io | {META,'type':'Normal'} | eventTime: Required value",
                "events.events.k8s.io | {META,NEWER,'action':'A','note':'NOTE'} | message: Invalid value: \"\": can have at most 1024"
                        + " characters",
                "events.events.k8s.io | {META,'eventTime':'TIME','reportingController':'c','reportingInstance':'i','reason':'R',"
                        + "'action':'A','type':'Odd','deprecatedFirstTimestamp':'SECOND','deprecatedLastTimestamp':'SECOND','deprecatedCount':1,'deprecatedSource':{'host':'h'},"
                        + "'series':{'count':1}} | series.count: Invalid value: \"\": should be at least 2 & series.lastObservedTime:"
                        + " Required value & type: Invalid value: \"\": has invalid value: Odd & firstTimestamp: Invalid value: \"\":"
                        + " needs to be unset & lastTimestamp: Invalid value: \"\": needs to be unset & count: Invalid value: \"\":"
                        + " needs to be unset & source: Invalid value: \"\": needs to be unset",
                "deployments.apps | {META,'spec':{'selector':{'matchExpressions':[{'key':'a','operator':'In','values':['b','bad#value']}]},"
                        + "TEMPLATE}} | spec.selector.matchExpressions[0].values[1]: Invalid value: \"bad#value\": a valid label must be"
                        + " an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                        + " alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is"
                        + " '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?') & spec.selector: Invalid value: {\"matchExpressions\":[{\"key\":\"a\","
                        + "\"operator\":\"In\",\"values\":[\"b\",\"bad#value\"]}]}: invalid label selector",
                "deployments.apps | {META,'spec':{TEMPLATE}} | spec.selector: Required value & spec.template.metadata.labels:"
                        + " Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`",
                "deployments.apps | {META,'spec':{'selector':{},TEMPLATE}} | spec.selector: Invalid value: {}: empty selector is"
                        + " invalid for deployment",
                "deployments.apps | {META,'spec':{'selector':{'matchLabels':{'a':'c'}},TEMPLATE}} | spec.template.metadata.labels:"
                        + " Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`",
                "deployments.apps | {META,'spec':{'replicas':-1,'selector':{'matchLabels':{'a':'b'}},TEMPLATE}} | spec.replicas:"
                        + " Invalid value: -1: must be greater than or equal to 0",
                "deployments.apps | {META,'spec':{'selector':{'matchLabels':{'a':'b'}},'strategy':{'rollingUpdate':"
                        + "{'maxUnavailable':0,'maxSurge':0}},TEMPLATE}} | spec.strategy.rollingUpdate.maxUnavailable: Invalid"
                        + " value: 0: may not be 0 when `maxSurge` is 0",
                "deployments.apps | {META,'spec':{'selector':{'matchLabels':{'a':'b'}},'strategy':{'type':'Recreate','rollingUpdate':"
                        + "{}},TEMPLATE}} | spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is"
                        + " 'Recreate'",
                "deployments.apps | {META,'spec':{'selector':{'matchLabels':{'a':'b'}},'minReadySeconds':600,TEMPLATE}} |"
                        + " spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds",
                "replicasets.apps | {META,'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'restartPolicy':'Never','containers':[]}}}} | spec.template.spec.containers: Required value &"
                        + " spec.template.spec.restartPolicy: Unsupported value: \"Never\": supported values: \"Always\"",
                "keyrotations.keys.shiplog.io | {'metadata':{'name':'x'},'spec':{'shred':[{}]}} | spec.shred[0].apiVersion: Required"
                        + " value & spec.shred[0].kind: Required value & spec.shred[0].name: Required value",
                "replicationcontrollers | {META,'spec':{}} | spec.selector: Required value & spec.template: Required value",
                "replicationcontrollers | {META,'spec':{'selector':{'x':'y'},TEMPLATE}} | spec.template.metadata.labels: Invalid"
                        + " value: {\"a\":\"b\"}: `selector` does not match template `labels`",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'x'},'value':1000000001,'preemptionPolicy':'Always'} |"
                        + " value: Forbidden: maximum allowed value of a user defined priority is 1000000000 & preemptionPolicy:"
                        + " Unsupported value: \"Always\": supported values: \"PreemptLowerPriority\", \"Never\"",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'system-x'},'value':1} | metadata.name: Forbidden: priority"
                        + " class names with 'system-' prefix are reserved for system use only. error: system-x is not a known"
                        + " system priority class",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'system-node-critical'},'value':1} | metadata.name:"
                        + " Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: value"
                        + " of system-node-critical PriorityClass must be 2000001000",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'system-cluster-critical'},'value':2000000000,"
                        + "'globalDefault':true} | metadata.name: Forbidden: priority class names with 'system-' prefix are"
                        + " reserved for system use only. error: globalDefault of system-cluster-critical PriorityClass must be"
                        + " false",
            })
    void invalid_objects_are_refused_with_the_reason(String type, String object, String problems) {
        assertEquals(problems, String.join(" & ", Samples.problems(type(type), json(object))), object);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "configmaps | {META,'data':{'a':'1'}} | {META,'data':{'a':'2'}} | ",
                "configmaps | {META,'immutable':true,'data':{'a':'1'}} | {META,'immutable':true,'data':{'a':'2'}} | data: Forbidden:"
                        + " field is immutable when `immutable` is set",
                "configmaps | {META,'immutable':true} | {META} | immutable: Forbidden: field is immutable when `immutable` is set",
                "secrets | {META,'type':'a/b'} | {META,'type':'a/c'} | type: Invalid value: \"a/c\": field is immutable",
                "services | {META,'spec':{'clusterIP':'10.96.0.5'}} | {META,'spec':{'clusterIP':'10.96.0.6','clusterIPs':['10.96.0.6']}}"
                        + " | spec.clusterIPs[0]: Invalid value: [\"10.96.0.6\"]: may not change once set",
                "deployments.apps | {META,'spec':{'selector':{'matchLabels':{'a':'b'}}}} | {META,'spec':{'selector':{'matchLabels':"
                        + "{'a':'c'}}}} | spec.selector: Invalid value: {\"matchLabels\":{\"a\":\"c\"}}: field is immutable",
                "replicationcontrollers | {META,'spec':{'selector':{'a':'b'}}} | {META,'spec':{'selector':{'a':'c'}}} | ",
                "events | {META,NEW} | {META,'reason':'Other'} | ",
                "events.events.k8s.io | {META,NEWER} | {META,NEWER,'series':{'count':2,'lastObservedTime':'TIME'}} | ",
                "events.events.k8s.io | {META,'reason':'R','note':'m'} | {META,'reason':'S','reportingController':'c'} | reason: Invalid"
                        + " value: \"S\": field is immutable & message: Invalid value: \"\": field is immutable & reportingController:"
                        + " Invalid value: \"c\": field is immutable",
                "keyrotations.keys.shiplog.io | {'metadata':{'name':'x'}} | {'metadata':{'name':'x'},'spec':{'shred':[]}} | ",
                "keyrotations.keys.shiplog.io | {'metadata':{'name':'x'}} | {'metadata':{'name':'x'},'spec':{'shred':[{'name':'n'}]}} |"
                        + " spec: Invalid value: {\"shred\":[{\"name\":\"n\"}]}: field is immutable",
                "rolebindings.rbac.authorization.k8s.io | {META,'roleRef':{'kind':'Role','name':'r'}} | {META,'roleRef':{'kind':"
                        + "'Role','name':'s'}} | roleRef: Invalid value: {\"APIGroup\":\"rbac.authorization.k8s.io\","
                        + "\"Kind\":\"Role\",\"Name\":\"s\"}: cannot change roleRef",
                "endpointslices.discovery.k8s.io | {META,'addressType':'IPv4'} | {META,'addressType':'IPv6'} | addressType: Invalid"
                        + " value: \"IPv6\": field is immutable",
                "nodes | {'metadata':{'name':'x'},'spec':{'podCIDRs':['10.0.0.0/24']}} | {'metadata':{'name':'x'}} | spec.podCIDRs:"
                        + " Forbidden: node updates may not change podCIDR except from \"\" to valid",
                "nodes | {'metadata':{'name':'x'},'spec':{'podCIDRs':['10.0.0.0/24']}} | {'metadata':{'name':'x'},'spec':{'podCIDR':"
                        + "'10.0.0.0/8','podCIDRs':['10.0.0.0/24']}} | spec.podCIDRs:"
                        + " Forbidden: node updates may not change podCIDR except from \"\" to valid",
                "nodes | {'metadata':{'name':'x'},'spec':{'podCIDR':'10.0.0.0/24'}} | {'metadata':{'name':'x'},'spec':{'podCIDR':"
                        + "'10.0.0.0/24','podCIDRs':['10.0.0.0/24']}} | ",
                "nodes | {'metadata':{'name':'x'}} | {'metadata':{'name':'x'},'spec':{'podCIDR':'10.0.0.0/24'}} | ",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'x'},'value':1} | {'metadata':{'name':'x'},'value':2,"
                        + "'preemptionPolicy':'Never'} | value: Forbidden: may not be changed in an update. & preemptionPolicy:"
                        + " Invalid value: \"Never\": field is immutable",
                "priorityclasses.scheduling.k8s.io | {'metadata':{'name':'x'},'value':1} | {'metadata':{'name':'x'},'value':1,"
                        + "'globalDefault':true,'description':'d'} | ",
            })
    void what_may_not_change_does_not(String type, String before, String after, String problems) {
        assertEquals(
                problems == null ? "" : problems,
                String.join(" & ", Samples.updateProblems(type(type), json(before), json(after))));
    }

    @Test
    void one_priority_class_at_most_is_the_default() {
        ResourceType type = PriorityClassKind.TYPE;
        FakeState state = new FakeState().with(type, "{'metadata':{'name':'one'},'value':1,'globalDefault':true}");
        ObjectNode one = Samples.defaulted(type, "{'metadata':{'name':'one'},'value':1,'globalDefault':true}");
        ObjectNode two = Samples.defaulted(type, "{'metadata':{'name':'two'},'value':2,'globalDefault':true}");
        ObjectNode three = Samples.defaulted(type, "{'metadata':{'name':'three'},'value':3}");
        Actor jane = new Actor("jane", List.of());
        assertNull(Samples.strategy(type).admit(one, one, jane, state));
        assertNull(Samples.strategy(type).admit(three, null, jane, state));
        Refusal refusal = Objects.requireNonNull(Samples.strategy(type).admit(two, null, jane, state));
        assertEquals(
                "priorityclasses.scheduling.k8s.io \"two\" is forbidden: PriorityClass one is already marked as default. Only"
                        + " one default can exist",
                refusal.message());
        assertNotNull(Samples.strategy(type).admit(two, two, jane, state), "nor may another one become it");
    }

    @Test
    void a_config_map_holds_a_mebibyte_and_no_more() {
        String full = "{" + META + ",'data':{'a':'" + "x".repeat(1024 * 1024) + "'}}";
        assertEquals(List.of(), Samples.problems(type("configmaps"), full));
        assertEquals(
                List.of("[]: Too long: may not be more than 1048576 bytes"),
                Samples.problems(type("configmaps"), full.replace("'a':'", "'a':'x")));
    }

    private static String json(String object) {
        return object.replace("META", META)
                .replace("IN_SYSTEM", IN_SYSTEM)
                .replace("NEWER", NEW.replace("reportingComponent", "reportingController"))
                .replace("NEW", NEW)
                .replace("TIME", "2026-01-01T00:00:00.000000Z")
                .replace("SECOND", "2026-01-01T00:00:00Z")
                .replace("NOTE", "x".repeat(1_025))
                .replace("TEMPLATE", TEMPLATE);
    }

    public static ResourceType type(String qualified) {
        int dot = qualified.indexOf('.');
        return dot < 0
                ? ResourceType.core(qualified)
                : new ResourceType(qualified.substring(dot + 1), qualified.substring(0, dot));
    }
}
