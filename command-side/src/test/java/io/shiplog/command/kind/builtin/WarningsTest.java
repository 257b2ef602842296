package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class WarningsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "pods | {'spec':{'containers':[{'name':'c','env':[{'name':'A','value':'1'},{'name':'B'}]}]}} | ",
                "pods | {'spec':{'containers':[{'name':'c','env':[{'name':'A','value':'1'},{'name':'A','value':'$(A):2'}]}]}} | ",
                "pods | {'spec':{'containers':[{'name':'c','env':[{'name':'A','value':'1'},{'name':'A','value':'2'}]}]}} |"
                        + " spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply",
                "pods | {'spec':{'nodeSelector':{'beta.kubernetes.io/os':'linux'},'containers':[]}} |"
                        + " spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead",
                "deployments.apps | {'spec':{'template':{'spec':{'terminationGracePeriodSeconds':-1,'containers':[]}}}} |"
                        + " spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be"
                        + " treated as 1",
                "services | {'spec':{'clusterIP':'None','sessionAffinity':'ClientIP'}} | spec.SessionAffinity is ignored for"
                        + " headless services",
                "pods | {'spec':{'containers':[{'name':'c','resources':{'requests':{'memory':'1.2Gi','cpu':'1.2'},'limits':"
                        + "{'memory':'2Gi'}}}]}} | spec.containers[0].resources.requests[memory]: fractional byte value"
                        + " \"1288490188800m\" is invalid, must be an integer",
                "services | {'spec':{'ports':[{'port':80}]}} | ",
            })
    void what_is_allowed_but_hardly_meant_is_warned_of(String type, String object, String warning) {
        ResourceType resource = KindValidationTest.type(type);
        assertEquals(
                warning == null ? "" : warning,
                String.join(" & ", Samples.strategy(resource).warnings(Samples.defaulted(resource, object))));
    }
}
