package io.shiplog.command.kind.core.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages are those of Kubernetes 1.36, to the letter. */
public class PodValidationTest {
    private static final ResourceType PODS = ResourceType.core("pods");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'containers':[C]}",
                "{'containers':[{'name':'a','image':'i','ports':[{'containerPort':80,'name':'http'},{'containerPort':53,'protocol':'UDP'}]}]}",
                "{'containers':[{'name':'a','image':'i','env':[{'name':'X'},{'name':'a.b-c','value':'$(X)'},"
                        + "{'name':'N','valueFrom':{'fieldRef':{'fieldPath':'metadata.name'}}},"
                        + "{'name':'K','valueFrom':{'configMapKeyRef':{'name':'c','key':'k.x'}}}],"
                        + "'envFrom':[{'secretRef':{'name':'s'},'prefix':'P_'}]}]}",
                "{'volumes':[{'name':'v'},{'name':'c','configMap':{'name':'m','items':[{'key':'a','path':'b/c'}]}}],"
                        + "'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/v'},"
                        + "{'name':'c','mountPath':'/c','subPath':'b/c'}]}]}",
                "{'containers':[{'name':'a','image':'i','resources':{'requests':{'cpu':'100m','example.com/gpu':1},"
                        + "'limits':{'cpu':1,'memory':'1Gi','example.com/gpu':'1'}}}]}",
                "{'containers':[{'name':'a','image':'i','livenessProbe':{'exec':{'command':['x']}},"
                        + "'readinessProbe':{'httpGet':{'port':'http'},'successThreshold':3},"
                        + "'startupProbe':{'tcpSocket':{'port':80}},'lifecycle':{'preStop':{'sleep':{'seconds':5}}}}]}",
                "{'initContainers':[{'name':'i','image':'i'},{'name':'s','image':'i','restartPolicy':'Always',"
                        + "'livenessProbe':{'tcpSocket':{'port':1}}}],'containers':[C]}",
                "{'containers':[{'name':'a','image':'i','restartPolicy':'Never','restartPolicyRules':[{'action':'Restart',"
                        + "'exitCodes':{'operator':'NotIn','values':[0,42]}}]}],'initContainers':[{'name':'i','image':'i',"
                        + "'restartPolicy':'OnFailure'}]}",
                "{'containers':[{'name':'a','image':'i','securityContext':{'procMount':'Default'},'volumeMounts':[{'name':'v',"
                        + "'mountPath':'/v','readOnly':true,'recursiveReadOnly':'IfPossible'}]}],'volumes':[{'name':'v','image':"
                        + "{'reference':'i:1'}}]}",
                "{'containers':[C],'tolerations':[{'operator':'Exists'},{'key':'a','value':'b','effect':'NoSchedule'},"
                        + "{'key':'a','operator':'Exists','effect':'NoExecute','tolerationSeconds':5}]}",
                "{'containers':[C],'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
                        + "{'nodeSelectorTerms':[{'matchExpressions':[{'key':'k','operator':'Gt','values':['1']}]}]}},"
                        + "'podAntiAffinity':{'preferredDuringSchedulingIgnoredDuringExecution':[{'weight':100,'podAffinityTerm':"
                        + "{'topologyKey':'kubernetes.io/hostname'}}]}}}",
                "{'containers':[C],'dnsPolicy':'None','dnsConfig':{'nameservers':['1.1.1.1','fd00::1']},'hostname':'h',"
                        + "'hostAliases':[{'ip':'10.0.0.1','hostnames':['a.b']}]}",
                "{'containers':[C],'topologySpreadConstraints':[{'maxSkew':1,'topologyKey':'zone',"
                        + "'whenUnsatisfiable':'ScheduleAnyway','labelSelector':{'matchLabels':{'a':'b'}}}]}",
                "{'hostNetwork':true,'containers':[{'name':'a','image':'i','ports':[{'containerPort':80}]}]}",
                "{'volumes':[{'name':'t','projected':{'sources':[{'serviceAccountToken':{'path':'t'}},"
                        + "{'downwardAPI':{'items':[{'path':'l','fieldRef':{'fieldPath':'metadata.labels'}}]}}]}},"
                        + "{'name':'h','hostPath':{'path':'/x','type':'Directory'}},{'name':'p','persistentVolumeClaim':"
                        + "{'claimName':'x'}}],'containers':[C]}",
                // What Kubernetes leaves to the node: a file in place of a directory, one path twice beside a token.
                "{'volumes':[{'name':'a','projected':{'sources':[{'configMap':{'name':'m','items':[{'key':'k','path':'.'},"
                        + "{'key':'k','path':'a'},{'key':'k','path':'a/b'},{'key':'k','path':'./c/'}]}},{'serviceAccountToken':"
                        + "{'path':'a'}},{'serviceAccountToken':{'path':'a'}},{}]}},{'name':'b','configMap':{'name':'m','items':"
                        + "[{'key':'k','path':'a'},{'key':'k','path':'a'},{'key':'k','path':'.'},{'key':'k','path':'./a/'}]}}],"
                        + "'containers':[C]}",
            })
    void sound_pods_pass(String spec) {
        assertEquals(List.of(), Samples.problems(PODS, pod(spec)), spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'volumes':[{'name':'t','projected':{'sources':[{'downwardAPI':{'items':[{'path':'t','fieldRef':{'fieldPath':"
                        + "'metadata.name'}},{'path':'t','fieldRef':{'fieldPath':'metadata.labels'}}]}}]}}],'containers':[C]} |"
                        + " spec.volumes[0].projected: Invalid value: \"t\": conflicting duplicate paths",
                "{'volumes':[{'name':'t','projected':{'sources':[{'secret':{'name':'s'},'configMap':{'name':'m'}}]}}],'containers':"
                        + "[C]} | spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type",
                "{'volumes':[{'name':'t','projected':{'sources':[{'serviceAccountToken':{'path':'../p'}}]}}],'containers':[C]} |"
                        + " spec.volumes[0].projected.sources[0].serviceAccountToken.path: Invalid value: \"../p\": must not contain"
                        + " '..'",
                "{'volumes':[{'name':'t','secret':{'secretName':'s','items':[{'key':'k','path':'a/..'},{'key':'k','path':'..a'},"
                        + "{'key':'k','path':'/a'},{'key':'k'},{'path':'a'}]}}],'containers':[C]} |"
                        + " spec.volumes[0].secret.items[0].path: Invalid value: \"a/..\": must not contain '..' &"
                        + " spec.volumes[0].secret.items[1].path: Invalid value: \"..a\": must not start with '..' &"
                        + " spec.volumes[0].secret.items[2].path: Invalid value: \"/a\": must be a relative path &"
                        + " spec.volumes[0].secret.items[3].path: Required value & spec.volumes[0].secret.items[4].key: Required"
                        + " value",
                "{'volumes':[{'name':'t','downwardAPI':{'items':[{'path':'../a','fieldRef':{'fieldPath':'metadata.name'}}]}}],"
                        + "'containers':[C]} | spec.volumes[0].downwardAPI.path: Invalid value: \"../a\": must not contain '..'",
                "{'volumes':[{'name':'t','projected':{'sources':[{'secret':{'name':'s','items':[{'key':'k','path':'p'}]}},"
                        + "{'configMap':{'name':'m','items':[{'key':'k','path':'p'}]}}]}}],'containers':[C]} |"
                        + " spec.volumes[0].projected: Invalid value: \"m\": conflicting duplicate paths",
                "{'containers':[]} | spec.containers: Required value",
                "{'containers':[{'image':'i'}]} | spec.containers[0].name: Required value",
                "{'containers':[{'name':'A_b','image':'i'}]} | spec.containers[0].name: Invalid value: \"A_b\": a lowercase RFC"
                        + " 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an"
                        + " alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
                "{'containers':[C,C]} | spec.containers[1].name: Duplicate value: \"c\"",
                "{'containers':[{'name':'a'}]} | spec.containers[0].image: Required value",
                "{'containers':[{'name':'a','image':' i'}]} | spec.containers[0].image: Invalid value: \" i\": must not have"
                        + " leading or trailing whitespace",
                "{'containers':[{'name':'a','image':'i','imagePullPolicy':'Sometimes'}]} | spec.containers[0].imagePullPolicy:"
                        + " Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"",
                "{'containers':[{'name':'a','image':'i','ports':[{'name':'x'}]}]} | spec.containers[0].ports[0].containerPort:"
                        + " Required value",
                "{'containers':[{'name':'a','image':'i','ports':[{'containerPort':70000}]}]} |"
                        + " spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "{'containers':[{'name':'a','image':'i','ports':[{'containerPort':80,'protocol':'ICMP'}]}]} |"
                        + " spec.containers[0].ports[0].protocol: Unsupported value: \"ICMP\": supported values: \"SCTP\", \"TCP\","
                        + " \"UDP\"",
                "{'containers':[{'name':'a','image':'i','ports':[{'containerPort':80,'name':'h'},{'containerPort':81,'name':'h'}]}]}"
                        + " | spec.containers[0].ports[1].name: Duplicate value: \"h\"",
                "{'securityContext':{'sysctls':[{'name':'foo-'}]},'containers':[{'name':'a','image':'i'}]} | spec.securityContext.sysctls[0].name:"
                        + " Invalid value: \"foo-\": must have at most 253 characters and match regex"
                        + " ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
                "{'securityContext':{'sysctls':[{'name':'a.b'},{'name':'a.b'}]},'containers':[{'name':'a','image':'i'}]} |"
                        + " spec.securityContext.sysctls[1].name: Duplicate value: \"a.b\"",
                "{'securityContext':{'seccompProfile':{'type':'X'}},'containers':[{'name':'a','image':'i'}]} |"
                        + " spec.securityContext.seccompProfile.type: Unsupported value: \"X\": supported values: \"Localhost\", \"RuntimeDefault\", \"Unconfined\"",
                "{'dnsConfig':{'searches':['a_b.c','-']},'containers':[{'name':'a','image':'i'}]} | spec.dnsConfig.searches[1]: Invalid value: \"-\":"
                        + " a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an"
                        + " alphanumeric character (e.g. 'example.com', regex used for validation is"
                        + " '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
                "{'containers':[{'name':'a','image':'i','ports':[{'containerPort':80,'name':'averyverylongname'}]}]} |"
                        + " spec.containers[0].ports[0].name: Invalid value: \"averyverylongname\": must be no more than 15 characters",
                "{'containers':[{'name':'a','image':'i','ports':[{'containerPort':80,'hostPort':8080}]},"
                        + "{'name':'b','image':'i','ports':[{'containerPort':81,'hostPort':8080}]}]} |"
                        + " spec.containers[1].ports[0].hostPort: Duplicate value: \"TCP//8080\"",
                "{'containers':[{'name':'a','image':'i','env':[{'value':'x'}]}]} | spec.containers[0].env[0].name: Required value",
                "{'containers':[{'name':'a','image':'i','env':[{'name':'a=b'}]}]} | spec.containers[0].env[0].name: Invalid value:"
                        + " \"a=b\": a valid environment variable name must consist only of printable ASCII characters other than"
                        + " '='",
                "{'containers':[{'name':'a','image':'i','env':[{'name':'a','value':'x','valueFrom':{'fieldRef':{'fieldPath':"
                        + "'metadata.name'}}}]}]} | spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified"
                        + " when `value` is not empty",
                "{'containers':[{'name':'a','image':'i','env':[{'name':'a','valueFrom':{}}]}]} |"
                        + " spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`,"
                        + " `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
                "{'containers':[{'name':'a','image':'i','env':[{'name':'a','valueFrom':{'fieldRef':{'fieldPath':'spec.x'}}}]}]} |"
                        + " spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x\": error converting"
                        + " fieldPath: field label not supported: spec.x",
                "{'containers':[{'name':'a','image':'i','envFrom':[{'prefix':'p'}]}]} | spec.containers[0].envFrom: Invalid value:"
                        + " \"\": must specify one of: `configMapRef` or `secretRef`",
                "{'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/x'}]}]} |"
                        + " spec.containers[0].volumeMounts[0].name: Not found: \"v\"",
                "{'volumes':[{'name':'v'}],'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/x'},"
                        + "{'name':'v','mountPath':'/x'}]}]} | spec.containers[0].volumeMounts[1].mountPath: Invalid value: \"/x\":"
                        + " must be unique",
                "{'volumes':[{'name':'v'}],'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/x',"
                        + "'subPath':'../y'}]}]} | spec.containers[0].volumeMounts.subPath: Invalid value: \"../y\": must not"
                        + " contain '..'",
                "{'containers':[{'name':'a','image':'i','resources':{'requests':{'cpu':'2'},'limits':{'cpu':'1'}}}]} |"
                        + " spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of"
                        + " 1",
                "{'containers':[{'name':'a','image':'i','resources':{'limits':{'memory':'-1'}}}]} |"
                        + " spec.containers[0].resources.limits[memory]: Invalid value: \"-1\": must be greater than or equal to 0"
                        + " & spec.containers[0].resources.requests[memory]: Invalid value: \"-1\": must be greater than or equal"
                        + " to 0",
                "{'containers':[{'name':'a','image':'i','livenessProbe':{}}]} | spec.containers[0].livenessProbe: Required value:"
                        + " must specify a handler type",
                "{'containers':[{'name':'a','image':'i','livenessProbe':{'tcpSocket':{'port':80},'exec':{'command':['x']}}}]} |"
                        + " spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
                "{'containers':[{'name':'a','image':'i','livenessProbe':{'tcpSocket':{'port':80},'successThreshold':2}}]} |"
                        + " spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
                "{'containers':[{'name':'a','image':'i','readinessProbe':{'tcpSocket':{'port':0},'periodSeconds':-1}}]} |"
                        + " spec.containers[0].readinessProbe.tcpSocket.port: Invalid value: 0: must be between 1 and 65535,"
                        + " inclusive & spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be greater than or"
                        + " equal to 0",
                "{'containers':[{'name':'a','image':'i','livenessProbe':{'httpGet':{'port':80,'scheme':'FTP'}}}]} |"
                        + " spec.containers[0].livenessProbe.httpGet.scheme: Unsupported value: \"FTP\": supported values: \"HTTP\","
                        + " \"HTTPS\"",
                "{'containers':[{'name':'a','image':'i','restartPolicy':'Maybe'}]} | spec.containers[0].restartPolicy: Unsupported"
                        + " value: \"Maybe\": supported values: \"Always\", \"Never\", \"OnFailure\"",
                "{'containers':[{'name':'a','image':'i','restartPolicyRules':[{'action':'Restart','exitCodes':{'operator':'In','values':[1]}}]}]} | spec.containers[0].restartPolicy: Required"
                        + " value: must specify restartPolicy when restart rules are used",
                "{'containers':[{'name':'a','image':'i','restartPolicy':'Never','restartPolicyRules':[{'action':'RestartAllContainers',"
                        + "'exitCodes':{'operator':'In','values':[1]}}]}]} | spec.containers[0].restartPolicyRules[0].action:"
                        + " Unsupported value: \"RestartAllContainers\": supported values: \"Restart\"",
                "{'containers':[{'name':'a','image':'i','restartPolicy':'Never','restartPolicyRules':[{'action':'Restart'}]}]} |"
                        + " spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
                "{'containers':[{'name':'a','image':'i','restartPolicy':'Never','restartPolicyRules':[{'action':'Restart',"
                        + "'exitCodes':{'operator':'Out','values':[1]}}]}]} |"
                        + " spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Out\": supported values:"
                        + " \"In\", \"NotIn\"",
                "{'containers':[C],'initContainers':[{'name':'s','image':'i','restartPolicy':'Always','restartPolicyRules':[{'action':'Restart','exitCodes':{'operator':'In','values':[1]}}]}]} |"
                        + " spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers"
                        + " with restart policy Always",
                "{'containers':[{'name':'a','image':'i','securityContext':{'procMount':'Unmasked'}}]} |"
                        + " spec.containers[0].securityContext.procMount: Invalid value: \"Unmasked\": `hostUsers` must be false to use"
                        + " `Unmasked`",
                "{'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/v','recursiveReadOnly':'Enabled'}]}],"
                        + "'volumes':[{'name':'v','emptyDir':{}}]} | spec.containers[0].volumeMounts[0].recursiveReadOnly: Forbidden:"
                        + " may only be specified when readOnly is true",
                "{'containers':[C],'volumes':[{'name':'v','image':{'reference':'','pullPolicy':'Never'}}]} |"
                        + " spec.volumes[0].image.reference: Required value",
                "{'containers':[C],'volumes':[{'name':'v','image':{'reference':'i:1','pullPolicy':'Often'}}]} |"
                        + " spec.volumes[0].image.pullPolicy: Unsupported value: \"Often\": supported values: \"Always\","
                        + " \"IfNotPresent\", \"Never\"",
                "{'initContainers':[{'name':'i','image':'i','livenessProbe':{'tcpSocket':{'port':1}}}],'containers':[C]} |"
                        + " spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without"
                        + " restartPolicy=Always",
                "{'initContainers':[C],'containers':[C]} | spec.initContainers[0].name: Duplicate value: \"c\"",
                "{'containers':[C],'restartPolicy':'Maybe'} | spec.restartPolicy: Unsupported value: \"Maybe\": supported values:"
                        + " \"Always\", \"OnFailure\", \"Never\"",
                "{'containers':[C],'dnsPolicy':'None'} | spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy`"
                        + " is None",
                "{'containers':[C],'volumes':[{'name':'a'},{'name':'a'}]} | spec.volumes[1].name: Duplicate value: \"a\"",
                "{'containers':[C],'volumes':[{'name':'a','emptyDir':{},'hostPath':{'path':'/x'}}]} | spec.volumes[0].hostPath:"
                        + " Forbidden: may not specify more than 1 volume type",
                "{'containers':[C],'volumes':[{'name':'a','secret':{}}]} | spec.volumes[0].secret.secretName: Required value",
                "{'containers':[C],'volumes':[{'name':'a','configMap':{'name':'c','defaultMode':512}}]} |"
                        + " spec.volumes[0].configMap.defaultMode: Invalid value: 512: must be a number between 0 and 0777 (octal),"
                        + " both inclusive",
                "{'containers':[C],'tolerations':[{'value':'x'}]} | spec.tolerations[0].operator: Invalid value: \"\": operator must"
                        + " be Exists when `key` is empty, which means \"match all values and all keys\"",
                "{'containers':[C],'tolerations':[{'key':'a','operator':'Exists','effect':'NoSchedule','tolerationSeconds':5}]} |"
                        + " spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when"
                        + " `tolerationSeconds` is set",
                "{'containers':[C],'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
                        + "{'nodeSelectorTerms':[]}}}} | spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
                        + ".nodeSelectorTerms: Required value: must have at least one node selector term",
                "{'containers':[C],'nodeSelector':{'a b':'c'}} | spec.nodeSelector: Invalid value: \"a b\": name part must consist"
                        + " of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g."
                        + " 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                        + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
                "{'containers':[C],'activeDeadlineSeconds':0} | spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and"
                        + " 2147483647, inclusive",
                "{'containers':[C],'topologySpreadConstraints':[{'maxSkew':0,'topologyKey':'z','whenUnsatisfiable':'No'}]} |"
                        + " spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero &"
                        + " spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: \"No\": supported values:"
                        + " \"DoNotSchedule\", \"ScheduleAnyway\"",
                "{'containers':[C],'hostAliases':[{'ip':'300.1.1.1'}]} | spec.hostAliases[0].ip: Invalid value: \"300.1.1.1\": must"
                        + " be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "{'containers':[{'name':'a','image':'i','securityContext':{'runAsUser':-1}}]} |"
                        + " spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647,"
                        + " inclusive",
                "{'volumes':[{'name':'v'}],'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/x',"
                        + "'mountPropagation':'Bidirectional'}]}]} | spec.containers[0].volumeMounts.mountPropagation: Forbidden:"
                        + " Bidirectional mount propagation is available only to privileged containers",
                "{'volumes':[{'name':'v'}],'containers':[{'name':'a','image':'i','volumeMounts':[{'name':'v','mountPath':'/x',"
                        + "'mountPropagation':'Both'}]}]} | spec.containers[0].volumeMounts.mountPropagation: Unsupported value:"
                        + " \"Both\": supported values: \"Bidirectional\", \"HostToContainer\", \"None\"",
                "{'containers':[C],'volumes':[{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'..data',"
                        + "'expirationSeconds':3600}}]}}]} | spec.volumes[0].projected.sources[0].serviceAccountToken.path: Invalid"
                        + " value: \"..data\": must not start with '..'",
                "{'containers':[C],'volumes':[{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'a/../../x',"
                        + "'expirationSeconds':3600}}]}}]} | spec.volumes[0].projected.sources[0].serviceAccountToken.path: Invalid"
                        + " value: \"a/../../x\": must not contain '..'",
            })
    void invalid_pods_are_refused_with_the_reason(String spec, String problems) {
        assertEquals(problems, String.join(" & ", Samples.problems(PODS, pod(spec))), spec);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'containers':[C]} | {'containers':[{'name':'c','image':'other'}]} | ",
                "{'containers':[C],'activeDeadlineSeconds':9} | {'containers':[C],'activeDeadlineSeconds':5} | ",
                "{'containers':[C]} | {'containers':[C],'tolerations':[{'key':'a','operator':'Exists'}]} | ",
                "{'containers':[C],'activeDeadlineSeconds':5} | {'containers':[C],'activeDeadlineSeconds':9} |"
                        + " spec.activeDeadlineSeconds: Invalid value: 9: must be less than or equal to previous value",
                "{'containers':[C]} | {'containers':[C,{'name':'d','image':'i'}]} | spec.containers: Forbidden: pod updates may not"
                        + " add or remove containers",
                "{'containers':[C],'tolerations':[{'key':'a','operator':'Exists'}]} | {'containers':[C]} | spec.tolerations:"
                        + " Forbidden: existing toleration can not be modified except its tolerationSeconds",
                "{'containers':[C]} | {'containers':[{'name':'c','image':'j'}],'dnsPolicy':'Default','hostNetwork':true} |"
                        + " spec: Forbidden: pod updates may not change fields other than"
                        + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations`"
                        + " (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1"
                        + " if it was previously negative)#@@ -38,13 +38,13 @@#  \"RestartPolicy\": \"Always\",#  \"TerminationGracePeriodSeconds\": 30,"
                        + "#  \"ActiveDeadlineSeconds\": null,#- \"DNSPolicy\": \"ClusterFirst\",#+ \"DNSPolicy\": \"Default\","
                        + "#  \"NodeSelector\": null,#  \"ServiceAccountName\": \"default\",#  \"AutomountServiceAccountToken\": null,"
                        + "#  \"NodeName\": \"\",#  \"SecurityContext\": {#-  \"HostNetwork\": false,#+  \"HostNetwork\": true,"
                        + "#   \"HostPID\": false,#   \"HostIPC\": false,#   \"ShareProcessNamespace\": null,#",
            })
    void little_may_change_in_a_pod(String before, String after, String problems) {
        assertEquals(
                problems == null ? "" : problems.replace('#', '\n'),
                String.join(" & ", Samples.updateProblems(PODS, pod(before), pod(after))));
    }

    /** Admission gives every pod an account. */
    private static String withAccount(String spec) {
        return spec.equals("{}") || spec.contains("serviceAccountName")
                ? spec
                : "{'serviceAccountName':'default'," + spec.substring(1);
    }

    @Test
    void withoutAnAccountThereIsNoTokenOfOne() {
        assertEquals(
                List.of(
                        "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when"
                                + " serviceAccountName is not set"),
                Samples.problems(
                        PODS,
                        pod(
                                "{'serviceAccountName':'','volumes':[{'name':'t','projected':{'sources':[{'serviceAccountToken':"
                                        + "{'path':'t'}}]}}],'containers':[C]}")));
    }

    private static String pod(String spec) {
        return "{'metadata':{'name':'p','namespace':'default'},'spec':"
                + withAccount(spec)
                        .replace("[C,C]", "[C,{'name':'c','image':'j'}]")
                        .replace("C]", "{'name':'c','image':'i'}]")
                        .replace("[C,", "[{'name':'c','image':'i'},")
                + "}";
    }
}
