package io.shiplog.gateway.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Flowcontrol;
import io.kubernetes.client.proto.V1Networking;
import io.shiplog.events.json.Json;
import org.junit.jupiter.api.Test;

/** Fields whose place or name in JSON is another one than in the message. */
class MessageTreeTest {
    @Test
    void parts_of_a_rule_stand_in_the_rule() {
        assertTree(
                "{'http':{'paths':[{'path':'/'}]}}",
                V1Networking.IngressRule.newBuilder()
                        .setIngressRuleValue(V1Networking.IngressRuleValue.newBuilder()
                                .setHttp(V1Networking.HTTPIngressRuleValue.newBuilder()
                                        .addPaths(V1Networking.HTTPIngressPath.newBuilder()
                                                .setPath("/"))))
                        .build());
        assertTree(
                "{'resourceNames':['n'],'operations':['*'],'apiGroups':['g']}",
                V1Admissionregistration.NamedRuleWithOperations.newBuilder()
                        .addResourceNames("n")
                        .setRuleWithOperations(V1Admissionregistration.RuleWithOperations.newBuilder()
                                .addOperations("*")
                                .setRule(V1Admissionregistration.Rule.newBuilder()
                                        .addApiGroups("g")))
                        .build());
    }

    @Test
    void shares_of_zero_are_said() {
        assertTree(
                "{'nominalConcurrencyShares':0}",
                V1Flowcontrol.ExemptPriorityLevelConfiguration.newBuilder()
                        .setNominalConcurrencyShares(0)
                        .build());
    }

    @Test
    void schemas_use_the_words_of_json_schema() {
        var text = V1Apiextensions.JSONSchemaProps.newBuilder().setType("string");
        assertTree(
                "{'$ref':'r','x-kubernetes-list-type':'set','x-kubernetes-int-or-string':true,'default':{'a':1},'enum':['x'],"
                        + "'items':{'type':'string'},'additionalProperties':true,'not':{'additionalProperties':{'type':'string'}}}",
                V1Apiextensions.JSONSchemaProps.newBuilder()
                        .setRef("r")
                        .setXKubernetesListType("set")
                        .setXKubernetesIntOrString(true)
                        .setDefault(json("{\"a\":1}"))
                        .addEnum(json("\"x\""))
                        .setItems(V1Apiextensions.JSONSchemaPropsOrArray.newBuilder()
                                .setSchema(text))
                        .setAdditionalProperties(V1Apiextensions.JSONSchemaPropsOrBool.newBuilder()
                                .setAllows(true))
                        .setNot(V1Apiextensions.JSONSchemaProps.newBuilder()
                                .setAdditionalProperties(V1Apiextensions.JSONSchemaPropsOrBool.newBuilder()
                                        .setAllows(true)
                                        .setSchema(text)))
                        .build());
    }

    private static V1Apiextensions.JSON json(String text) {
        return V1Apiextensions.JSON
                .newBuilder()
                .setRaw(ByteString.copyFromUtf8(text))
                .build();
    }

    private static void assertTree(String expected, Message message) {
        ObjectNode tree = Json.MAPPER.createObjectNode();
        MessageTree.fill(tree, message);
        assertEquals(Json.of(expected.replace('\'', '"')).tree(), tree);
    }
}
