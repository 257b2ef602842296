package io.shiplog.command.kind.networking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ingresses, their classes, NetworkPolicies, addresses and ranges of Services. */
class NetworkingKindsTest {
    private static final String META = "'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ingresses | {META} | x;<none>;*;;80;5m",
                "ingresses | {META,'spec':{'ingressClassName':'c','rules':[{'host':'a'},{},{'host':'b'},{'host':'c'},{'host':'d'}],'tls':[{}]},'status':{'loadBalancer':{'ingress':[{'ip':'10.0.0.2'},{'hostname':'a.example'}]}}} | x;c;a,b,c + 2 more...;10.0.0.2,a.ex...;80, 443;5m",
                "ingressclasses | {'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z','annotations':{'ingressclass.kubernetes.io/is-default-class':'true'}},'spec':{'controller':'a.io/b','parameters':{'apiGroup':'g','kind':'K','name':'n'}}} | x (default);a.io/b;K.g/n;5m",
                "networkpolicies | {META,'spec':{'podSelector':{'matchLabels':{'a':'b'}}}} | x;a=b;5m",
                "networkpolicies | {META} | x;<none>;5m",
                "ipaddresses | {META,'spec':{'parentRef':{'resource':'services','namespace':'n','name':'s'}}} | x;services/n/s;5m",
                "ipaddresses | {META} | x;<none>;5m",
                "servicecidrs | {META,'spec':{'cidrs':['10.0.0.0/8','fd00::/64']}} | x;10.0.0.0/8,fd00::/64;5m"
            })
    void rows_of_the_table(String type, String object, String cells) {
        assertEquals(cells, Samples.cells(type(type), json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ingresses | {META,'spec':{'rules':[{'host':'*.a.b','http':{'paths':[{'pathType':'Exact','path':'/',BACKEND}]}}]}}",
                "ingresses | {META,'spec':{'defaultBackend':{'resource':{'kind':'K','name':'n'}},'tls':[{'hosts':['a.b'],'secretName':'s'}]}}",
                "ingressclasses | {META,'spec':{'controller':'a.io/b'}}",
                "networkpolicies | {META,'spec':{'ingress':[{'from':[{'ipBlock':{'cidr':'10.0.0.0/8','except':['10.1.0.0/16']}}],'ports':[{'port':80,'endPort':90},{'port':'http'}]}]}}",
                "ipaddresses | {'metadata':{'name':'10.0.0.1'},'spec':{'parentRef':{'resource':'services','namespace':'n','name':'s'}}}",
                "servicecidrs | {META,'spec':{'cidrs':['10.0.0.0/8','fd00::/64']}}"
            })
    void valid_objects(String type, String object) {
        assertEquals(List.of(), Samples.problems(type(type), json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ingresses | {META} | spec: Invalid value: null: either `defaultBackend` or `rules` must be specified",
                "ingresses | {META,'spec':{'rules':[{'host':'10.0.0.1','http':{}}]}} | spec.rules[0].host: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address & spec.rules[0].http.paths: Required value",
                "ingresses | {META,'spec':{'rules':[{'http':{'paths':[{BACKEND},{'pathType':'P',BACKEND},{'pathType':'Prefix','path':'/a//b/..',BACKEND}]}}]}} | spec.rules[0].http.paths[0].pathType: Required value: pathType must be specified & spec.rules[0].http.paths[1].pathType: Unsupported value: \"P\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\" & spec.rules[0].http.paths[2].path: Invalid value: \"/a//b/..\": must not contain '//' & spec.rules[0].http.paths[2].path: Invalid value: \"/a//b/..\": cannot end with '/..'",
                "ingresses | {META,'spec':{'defaultBackend':{}}} | spec.defaultBackend: Invalid value: \"\": resource or service backend is required",
                "ingresses | {META,'spec':{'defaultBackend':{'service':{'name':'','port':{'name':'a','number':1}}}}} | spec.defaultBackend.service.name: Required value & spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number",
                "ingresses | {'metadata':{'name':'x','annotations':{'kubernetes.io/ingress.class':'a'}},'spec':{'ingressClassName':'b','defaultBackend':{'resource':{'kind':'a/b'}}}} | spec.defaultBackend.resource.kind: Invalid value: \"a/b\": may not contain '/' & spec.defaultBackend.resource.name: Required value & annotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified",
                "ingressclasses | {META} | spec.controller: Required value",
                "ingressclasses | {META,'spec':{'controller':'a','parameters':{'kind':'K','name':'n','scope':'Namespace'}}} | spec.controller: Invalid value: \"a\": must be a domain-prefixed path (such as \"acme.io/foo\") & spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
                "ingressclasses | {META,'spec':{'controller':'a/b','parameters':{'kind':'K','name':'n','namespace':'n'}}} | spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
                "networkpolicies | {META,'spec':{'egress':[{'to':[{}],'ports':[{'endPort':9},{'port':'a','endPort':9},{'port':10,'endPort':9},{'protocol':'X'}]}]}} | spec.egress[0].ports[0].endPort: Invalid value: 9: may not be specified when `port` is not specified & spec.egress[0].ports[1].endPort: Invalid value: 9: may not be specified when `port` is non-numeric & spec.egress[0].ports[2].endPort: Invalid value: 10: must be greater than or equal to `port` & spec.egress[0].ports[3].protocol: Unsupported value: \"X\": supported values: \"TCP\", \"UDP\", \"SCTP\" & spec.egress[0].to[0]: Required value: must specify a peer",
                "networkpolicies | {META,'spec':{'ingress':[{'from':[{'podSelector':{},'ipBlock':{'cidr':'10.0.0.0/8','except':['11.0.0.0/16','10.0.0.0/8','x']}}]}],'policyTypes':['X']}} | spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr` & spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: \"10.0.0.0/8\": must be a strict subset of `cidr` & spec.ingress[0].from[0].ipBlock.except[2]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64) & spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer & spec.policyTypes[0]: Unsupported value: \"X\": supported values: \"Ingress\", \"Egress\"",
                "ipaddresses | {META} | spec.parentRef: Required value",
                "ipaddresses | {META,'spec':{'parentRef':{'name':'a/b'}}} | spec.parentRef.resource: Required value & spec.parentRef.name: Invalid value: \"a/b\": may not contain '/'",
                "servicecidrs | {META} | spec.cidrs: Required value: at least one CIDR required",
                "servicecidrs | {META,'spec':{'cidrs':['10.1.0.0/8','x']}} | spec.cidrs[0]: Invalid value: \"10.1.0.0/8\": must be in canonical form (\"10.0.0.0/8\") & spec.cidrs[1]: Invalid value: \"x\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                "servicecidrs | {META,'spec':{'cidrs':['10.0.0.0/8','11.0.0.0/8']}} | spec.cidrs: Invalid value: [\"10.0.0.0/8\",\"11.0.0.0/8\"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
            })
    void errors_of_invalid_objects(String type, String object, String errors) {
        assertEquals(errors, String.join(" & ", Samples.problems(type(type), json(object))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ingressclasses | {META,'spec':{'controller':'a/b'}} | {META,'spec':{'controller':'a/c'}} | spec.controller: Invalid value: \"a/c\": field is immutable",
                "ipaddresses | {META,'spec':{'parentRef':{'name':'a'}}} | {META} | spec.parentRef: Invalid value: null: field is immutable",
                "servicecidrs | {META,'spec':{'cidrs':['10.0.0.0/8']}} | {META,'spec':{'cidrs':['10.0.0.0/8','fd00::/64']}} | ",
                "servicecidrs | {META,'spec':{'cidrs':['10.0.0.0/8']}} | {META,'spec':{'cidrs':['11.0.0.0/8']}} | spec.cidrs[0]: Invalid value: \"11.0.0.0/8\": field is immutable",
                "servicecidrs | {META,'spec':{'cidrs':['10.0.0.0/8','fd00::/64']}} | {META,'spec':{'cidrs':['10.0.0.0/8']}} | spec.cidrs: Invalid value: [\"10.0.0.0/8\"]: field is immutable"
            })
    void forbidden_changes(String type, String before, String after, String errors) {
        assertEquals(
                errors == null ? "" : errors,
                String.join(" & ", Samples.updateProblems(type(type), json(before), json(after))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "ingressclasses | {META,'spec':{'parameters':{}}} | {META,'spec':{'parameters':{'scope':'Cluster'}}}",
                "networkpolicies | {META} | {META,'spec':{'podSelector':{},'policyTypes':['Ingress']}}",
                "networkpolicies | {META,'spec':{'egress':[{'ports':[{'port':80}]}]}} | {META,'spec':{'egress':[{'ports':[{'port':80,'protocol':'TCP'}]}],'podSelector':{},'policyTypes':['Ingress','Egress']}}"
            })
    void defaults_once_and_for_all(String type, String object, String expected) {
        assertEquals(Samples.tree(json(expected)), Samples.defaultedTwice(type(type), json(object)));
    }

    private static String json(String object) {
        return object.replace("META", META)
                .replace("BACKEND", "'backend':{'service':{'name':'s','port':{'number':80}}}");
    }

    private static ResourceType type(String resource) {
        return KindValidationTest.type(resource + ".networking.k8s.io");
    }
}
