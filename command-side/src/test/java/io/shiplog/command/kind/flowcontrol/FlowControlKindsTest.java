package io.shiplog.command.kind.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FlowSchemas and priority levels. */
class FlowControlKindsTest {
    private static final String META = "'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "flowschemas | {META,'spec':{LEVEL,'matchingPrecedence':5,'distinguisherMethod':{'type':'ByUser'}},'status':{'conditions':[{'type':'Dangling','status':'False'}]}} | x;l;5;ByUser;5m;False",
                "flowschemas | {META,'spec':{LEVEL,'matchingPrecedence':5}} | x;l;5;<none>;5m;?",
                "prioritylevelconfigurations | {META,'spec':{'type':'Exempt'}} | x;Exempt;<none>;<none>;<none>;<none>;5m",
                "prioritylevelconfigurations | {META,'spec':{'type':'Limited','limited':{'nominalConcurrencyShares':3,'limitResponse':{'type':'Queue','queuing':{'queues':4,'handSize':2,'queueLengthLimit':1}}}}} | x;Limited;3;4;2;1;5m"
            })
    void rows_of_the_table(String type, String object, String cells) {
        assertEquals(cells, Samples.cells(type(type), json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "flowschemas | {META,'spec':{LEVEL,'rules':[{'subjects':[{'kind':'User','user':{'name':'u'}},{'kind':'ServiceAccount','serviceAccount':{'name':'*','namespace':'n'}}],'nonResourceRules':[{'verbs':['get'],'nonResourceURLs':['/a/*','/']}],'resourceRules':[{'verbs':['*'],'apiGroups':['*'],'resources':['*'],'namespaces':['*']}]}]}}",
                "prioritylevelconfigurations | {META,'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Reject'}}}}",
                "prioritylevelconfigurations | {META,'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Queue','queuing':{}}}}}",
                "prioritylevelconfigurations | {'metadata':{'name':'exempt'},'spec':{'type':'Exempt','exempt':{'nominalConcurrencyShares':9}}}"
            })
    void valid_objects(String type, String object) {
        assertEquals(List.of(), Samples.problems(type(type), json(object)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "flowschemas | {META,'spec':{'matchingPrecedence':10001,'distinguisherMethod':{'type':'X'},'rules':[{}]}} | spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000 & spec.distinguisherMethod.type: Unsupported value: {\"Type\":\"X\"}: supported values: \"ByNamespace\", \"ByUser\" & spec.priorityLevelConfiguration.name: Required value: must reference a priority level & spec.rules[0].subjects: Required value: subjects must contain at least one value & spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
                "flowschemas | {META,'spec':{LEVEL,'matchingPrecedence':1,'rules':[{'subjects':[{'kind':'X'},{'kind':'Group','user':{'name':'u'}},{'kind':'ServiceAccount','serviceAccount':{}}],'nonResourceRules':[{'verbs':['x'],'nonResourceURLs':['a','/ ','//','/a*']}]}]}} | spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1 & spec.rules[0].subjects[0].kind: Unsupported value: \"X\": supported values: \"Group\", \"ServiceAccount\", \"User\" & spec.rules[0].subjects[1].group: Required value: group is required when subject kind is 'Group' & spec.rules[0].subjects[1].user: Forbidden: user is forbidden when subject kind is not 'User' & spec.rules[0].subjects[2].serviceAccount.name: Required value & spec.rules[0].subjects[2].serviceAccount.namespace: Required value: must specify namespace for service account & spec.rules[0].nonResourceRules[0].verbs: Unsupported value: [\"x\"]: supported values: \"create\", \"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\", \"update\", \"watch\" & spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"a\": must start with slash & spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: \"/ \": must not contain white-space & spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: \"//\": must not contain double slash & spec.rules[0].nonResourceRules[0].nonResourceURLs[3]: Invalid value: \"/a*\": wildcard can only do suffix matching",
                "flowschemas | {META,'spec':{LEVEL,'rules':[{'subjects':[{'kind':'User','user':{'name':'u'}}],'resourceRules':[{},{'verbs':['*','get'],'apiGroups':['*',''],'resources':['*','a'],'namespaces':['*','a']}]}]}} | spec.rules[0].resourceRules[0].verbs: Required value: verbs must contain at least one value & spec.rules[0].resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group & spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at least one resource & spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace & spec.rules[0].resourceRules[1].verbs: Invalid value: [\"*\",\"get\"]: if '*' is present, must not specify other verbs & spec.rules[0].resourceRules[1].apiGroups: Invalid value: [\"*\",\"\"]: if '*' is present, must not specify other api groups & spec.rules[0].resourceRules[1].resources: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other resources & spec.rules[0].resourceRules[1].namespaces: Invalid value: [\"*\",\"a\"]: if '*' is present, must not specify other namespaces",
                "prioritylevelconfigurations | {META} | spec.type: Unsupported value: \"\": supported values: \"Exempt\", \"Limited\"",
                "prioritylevelconfigurations | {META,'spec':{'type':'Exempt','limited':{}}} | spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt' & spec.limited: Forbidden: must be nil if the type is not Limited",
                "prioritylevelconfigurations | {META,'spec':{'type':'Limited'}} | spec.limited: Required value: must not be empty when type is Limited",
                "prioritylevelconfigurations | {META,'spec':{'type':'Limited','limited':{'nominalConcurrencyShares':-1,'lendablePercent':101,'borrowingLimitPercent':-1,'limitResponse':{'type':'Queue','queuing':{'queues':-1,'handSize':4}}}}} | spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer & spec.limited.limitResponse.queuing.queues: Invalid value: -1: must be positive & spec.limited.limitResponse.queuing.handSize: Invalid value: 4: should not be greater than queues (-1) & spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive & spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer",
                "prioritylevelconfigurations | {META,'spec':{'type':'Limited','limited':{'limitResponse':{'type':'Queue','queuing':{'queues':1000,'handSize':10}}}}} | spec.limited.limitResponse.queuing.handSize: Invalid value: 10: required entropy bits of deckSize 1000 and handSize 10 should not be greater than 60",
                "flowschemas | {'metadata':{'name':'exempt'},'spec':{LEVEL,'matchingPrecedence':1}} | spec: Invalid value: {\"priorityLevelConfiguration\":{\"name\":\"l\"},\"matchingPrecedence\":1}: spec of 'exempt' must equal the fixed value"
            })
    void errors_of_invalid_objects(String type, String object, String errors) {
        assertEquals(errors, String.join(" & ", Samples.problems(type(type), json(object))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "flowschemas | {META} | {META,'spec':{'priorityLevelConfiguration':{},'matchingPrecedence':1000}}",
                "prioritylevelconfigurations | {META,'spec':{'limited':{'limitResponse':{'queuing':{}}}}} | {META,'spec':{'limited':{'limitResponse':{'queuing':{'handSize':8,'queues':64,'queueLengthLimit':50}},'nominalConcurrencyShares':30,'lendablePercent':0}}}",
                "prioritylevelconfigurations | {META,'spec':{'exempt':{}}} | {META,'spec':{'exempt':{'nominalConcurrencyShares':0,'lendablePercent':0}}}"
            })
    void defaults_once_and_for_all(String type, String object, String expected) {
        assertEquals(Samples.tree(json(expected)), Samples.defaultedTwice(type(type), json(object)));
    }

    private static String json(String object) {
        return object.replace("META", META).replace("LEVEL", "'priorityLevelConfiguration':{'name':'l'}");
    }

    private static ResourceType type(String resource) {
        return KindValidationTest.type(resource + ".flowcontrol.apiserver.k8s.io");
    }
}
