package io.shiplog.command.kind.admissionregistration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks, policies and their bindings. */
class AdmissionRegistrationKindsTest {
    private static final String META = "'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "validatingwebhookconfigurations | {META,'webhooks':[{},{}]} | x;2;5m",
                "mutatingwebhookconfigurations | {META} | x;0;5m",
                "validatingadmissionpolicies | {META,'spec':{'validations':[{}],'paramKind':{'apiVersion':'v1','kind':'ConfigMap'}}} | x;1;v1/ConfigMap;5m",
                "mutatingadmissionpolicies | {META,'spec':{'mutations':[{},{}]}} | x;2;<unset>;5m",
                "validatingadmissionpolicybindings | {META,'spec':{'policyName':'p','paramRef':{'name':'n'}}} | x;p;*/n;5m",
                "mutatingadmissionpolicybindings | {META,'spec':{'policyName':'p','paramRef':{'name':'n','namespace':'m'}}} | x;p;m/n;5m",
                "mutatingadmissionpolicybindings | {META,'spec':{'policyName':'p','paramRef':{'selector':{'matchLabels':{'a':'b'}}}}} | x;p;&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},};5m"
            })
    void rows_of_the_table(String type, String object, String cells) {
        assertEquals(cells, Samples.cells(type(type), json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "validatingwebhookconfigurations | {META,'webhooks':[{HOOK,CLIENT,'rules':[{RULE}]}]}",
                "mutatingwebhookconfigurations | {META,'webhooks':[{HOOK,'clientConfig':{'service':{'name':'s','namespace':'n','path':'/a/b/'}}}]}",
                "validatingadmissionpolicies | {META,'spec':{CONSTRAINTS,'validations':[{'expression':'true'}]}}",
                "mutatingadmissionpolicies | {META,'spec':{CONSTRAINTS,'reinvocationPolicy':'Never','mutations':[{'patchType':'JSONPatch','jsonPatch':{'expression':'[JSONPatch{}]'}}]}}",
                "validatingadmissionpolicybindings | {META,'spec':{'policyName':'p','validationActions':['Deny','Audit'],'matchResources':{}}}",
                "mutatingadmissionpolicybindings | {META,'spec':{'policyName':'p','paramRef':{'name':'n','parameterNotFoundAction':'Deny'}}}"
            })
    void valid_objects(String type, String object) {
        assertEquals(List.of(), Samples.problems(type(type), json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "validatingwebhookconfigurations | {META,'webhooks':[{'name':'a.b','rules':[{}]}]} | webhooks[0].name: Invalid value: \"a.b\": should be a domain with at least three segments separated by dots & webhooks[0].rules[0].operations: Required value & webhooks[0].rules[0].apiGroups: Required value & webhooks[0].rules[0].apiVersions: Required value & webhooks[0].rules[0].resources: Required value & webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun & webhooks[0].clientConfig: Required value: exactly one of url or service is required & webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1",
                "mutatingwebhookconfigurations | {META,'webhooks':[{HOOK,CLIENT,'reinvocationPolicy':'X','timeoutSeconds':31},{HOOK,'clientConfig':{'url':'http://u@a?b#c'}}]} | webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds & webhooks[0].reinvocationPolicy: Unsupported value: \"X\": supported values: \"IfNeeded\", \"Never\" & webhooks[1].clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path] & webhooks[1].clientConfig.url: Invalid value: \"u\": user information is not permitted in the URL & webhooks[1].clientConfig.url: Invalid value: \"c\": fragments are not permitted in the URL & webhooks[1].clientConfig.url: Invalid value: \"b\": query parameters are not permitted in the URL & webhooks[1].name: Duplicate value: \"a.b.c\"",
                "mutatingwebhookconfigurations | {META,'webhooks':[{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v2','v2'],'clientConfig':{'service':{'port':0,'path':'a//'}}}]} | webhooks[0].clientConfig.service.name: Required value & webhooks[0].clientConfig.service.namespace: Required value & webhooks[0].clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive & webhooks[0].clientConfig.service.path: Invalid value: \"a//\": must start with a '/' & webhooks[0].clientConfig.service.path: Invalid value: \"a//\": segment[0] may not be empty & webhooks[0].clientConfig.service.path: Invalid value: \"a//\": segment[1] may not be empty & webhooks[0].admissionReviewVersions[1]: Invalid value: \"v2\": duplicate version & webhooks[0].admissionReviewVersions: Invalid value: [\"v2\",\"v2\"]: must include at least one of v1, v1beta1",
                "validatingwebhookconfigurations | {META,'webhooks':[{HOOK,CLIENT,'rules':[{'operations':['*','CREATE'],'apiGroups':['*','a'],'apiVersions':['*',''],'resources':['a/*','a/b','*/*','*','c'],'scope':'X'}]}]} | webhooks[0].rules[0].operations: Invalid value: [\"*\",\"CREATE\"]: if '*' is present, must not specify other operations & webhooks[0].rules[0].apiGroups: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other API groups & webhooks[0].rules[0].apiVersions: Invalid value: [\"*\",\"\"]: if '*' is present, must not specify other API versions & webhooks[0].rules[0].apiVersions[1]: Required value & webhooks[0].rules[0].resources[1]: Invalid value: \"a/b\": if 'a/*' is present, must not specify a/b & webhooks[0].rules[0].resources: Invalid value: [\"a/*\",\"a/b\",\"*/*\",\"*\",\"c\"]: if '*/*' is present, must not specify other resources & webhooks[0].rules[0].resources: Invalid value: [\"a/*\",\"a/b\",\"*/*\",\"*\",\"c\"]: if '*' is present, must not specify other resources without subresources & webhooks[0].rules[0].scope: Unsupported value: \"X\": supported values: \"*\", \"Cluster\", \"Namespaced\"",
                "validatingadmissionpolicies | {META} | spec.matchConstraints: Required value & spec.validations: Required value: validations or auditAnnotations must contain at least one item & spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
                "validatingadmissionpolicies | {META,'spec':{'matchConstraints':{},'matchConditions':[{'name':'m','expression':'true'},{'name':'m'}],'variables':[{'name':'if','expression':'1'},{}],'validations':[{'expression':' ','message':' ','reason':'X'}],'auditAnnotations':[{'key':'k','valueExpression':'string(1)'},{'key':'k'}],'paramKind':{'apiVersion':'a/b/c'}}} | spec.paramKind.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string: a/b/c & spec.paramKind.kind: Required value & spec.matchConstraints.resourceRules: Required value & spec.matchConditions[1].expression: Required value & spec.matchConditions[1].name: Duplicate value: \"m\" & spec.variables[0].name: Invalid value: \"if\": must be a valid CEL identifier & spec.variables[1].name: Required value: name is not specified & spec.variables[1].expression: Required value: expression is not specified & spec.validations[0].expression: Required value: expression is not specified & spec.validations[0].message: Invalid value: \" \": must be non-empty if specified & spec.validations[0].reason: Unsupported value: \"X\": supported values: \"Forbidden\", \"Invalid\", \"RequestEntityTooLarge\" & spec.auditAnnotations[1].valueExpression: Required value: valueExpression is not specified & spec.auditAnnotations[1].key: Duplicate value: \"k\"",
                "mutatingadmissionpolicies | {META,'spec':{'matchConstraints':{'resourceRules':[{'apiGroups':[''],'apiVersions':['v1'],'operations':['DELETE'],'resources':['pods'],'resourceNames':['a','a']}]},'mutations':[{},{'patchType':'X'},{'patchType':'JSONPatch','applyConfiguration':{}}]}} | spec.matchConstraints.resourceRules[0].resourceNames[1]: Duplicate value: \"a\" & spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\" & spec.mutations[0].patchType: Required value & spec.mutations[1].patchType: Unsupported value: \"X\": supported values: \"ApplyConfiguration\", \"JSONPatch\" & spec.mutations[2].jsonPatch: Required value: must be specified when patchType is JSONPatch & spec.mutations[2].applyConfiguration: Invalid value: \"{applyConfiguration}\": must not be specified when patchType is JSONPatch & spec.reinvocationPolicy: Required value",
                "validatingadmissionpolicybindings | {META,'spec':{'validationActions':['Deny','Deny','Warn','X'],'paramRef':{}}} | spec.policyName: Required value & spec.paramRef: Required value: one of name or selector must be specified & spec.paramRef.parameterNotFoundAction: Required value & spec.validationActions[1]: Duplicate value: \"Deny\" & spec.validationActions[3]: Unsupported value: \"X\": supported values: \"Audit\", \"Deny\", \"Warn\" & spec.validationActions: Invalid value: [\"Deny\",\"Deny\",\"Warn\",\"X\"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)",
                "mutatingadmissionpolicybindings | {META,'spec':{'policyName':'p','paramRef':{'name':'n','selector':{},'parameterNotFoundAction':'X'}}} | spec.paramRef.name: Forbidden: name and selector are mutually exclusive & spec.paramRef.selector: Forbidden: name and selector are mutually exclusive & spec.paramRef.parameterNotFoundAction: Unsupported value: \"X\": supported values: \"Deny\", \"Allow\""
            })
    void errors_of_invalid_objects(String type, String object, String errors) {
        assertEquals(errors, String.join(" & ", Samples.problems(type(type), json(object))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "validatingwebhookconfigurations | {META,'webhooks':[{'name':'n','rules':[{}],'clientConfig':{'service':{'name':'s','namespace':'n'}}}]} | {META,'webhooks':[{'name':'n','rules':[{'scope':'*'}],'clientConfig':{'service':{'name':'s','namespace':'n','port':443}},'failurePolicy':'Fail','matchPolicy':'Equivalent','namespaceSelector':{},'objectSelector':{},'timeoutSeconds':10}]}",
                "mutatingwebhookconfigurations | {META,'webhooks':[{'name':'n'}]} | {META,'webhooks':[{'name':'n','clientConfig':{},'failurePolicy':'Fail','matchPolicy':'Equivalent','namespaceSelector':{},'objectSelector':{},'timeoutSeconds':10,'reinvocationPolicy':'Never'}]}",
                "validatingadmissionpolicies | {META,'spec':{'matchConstraints':{'resourceRules':[{}],'excludeResourceRules':[{}]}}} | {META,'spec':{'matchConstraints':{'resourceRules':[{'scope':'*'}],'excludeResourceRules':[{'scope':'*'}],'matchPolicy':'Equivalent','namespaceSelector':{},'objectSelector':{}},'failurePolicy':'Fail'}}",
                "mutatingadmissionpolicybindings | {META,'spec':{'matchResources':{}}} | {META,'spec':{'matchResources':{'matchPolicy':'Equivalent','namespaceSelector':{},'objectSelector':{}}}}"
            })
    void defaults_once_and_for_all(String type, String object, String expected) {
        assertEquals(Samples.tree(json(expected)), Samples.defaultedTwice(type(type), json(object)));
    }

    private static String json(String object) {
        return object.replace("META", META)
                .replace("CONSTRAINTS", "'matchConstraints':{'resourceRules':[{RULE}]}")
                .replace("RULE", "'apiGroups':[''],'apiVersions':['v1'],'operations':['CREATE'],'resources':['pods']")
                .replace("HOOK", "'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1']")
                .replace("CLIENT", "'clientConfig':{'url':'https://a/b'}");
    }

    private static ResourceType type(String resource) {
        return KindValidationTest.type(resource + ".admissionregistration.k8s.io");
    }
}
