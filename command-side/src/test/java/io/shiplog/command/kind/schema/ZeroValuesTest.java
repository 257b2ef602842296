package io.shiplog.command.kind.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Kubernetes writes although no client set it. */
public class ZeroValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "rbac.authorization.k8s.io Role | {'metadata':{'name':'a'}} | {'metadata':{'name':'a'},'rules':null}",
                "rbac.authorization.k8s.io Role | {'rules':[{}]} | {'rules':[{'verbs':null}]}",
                "scheduling.k8s.io PriorityClass | {} | {'value':0}",
                "scheduling.k8s.io PriorityClass | {'value':7} | {'value':7}",
                "resource.k8s.io ResourceClaim | {'spec':{}} | {'spec':{'devices':{'requests':null}}}",
                "discovery.k8s.io EndpointSlice | {'endpoints':[{'addresses':['a'],'hints':{'forZones':[{}]}}],'ports':[]} |"
                        + " {'endpoints':[{'addresses':['a'],'hints':{'forZones':[{'name':''}]},'conditions':{}}],'ports':null,'addressType':''}",
                " Event | {'eventTime':'t','involvedObject':{},'source':{},'reportingComponent':'','reportingInstance':''} |"
                        + " {'eventTime':'t','involvedObject':{},'source':{},'reportingComponent':'','reportingInstance':'',"
                        + "'firstTimestamp':null,'lastTimestamp':null}",
                " ConfigMap | {'data':{'a':''}} | {'data':{'a':''}}",
                " Pod | {'spec':{'containers':[]},'status':{'containerStatuses':[{}]}} |"
                        + " {'spec':{'containers':null},'status':{'containerStatuses':[{}]}}",
            })
    void missing_fields_are_added_at_any_depth_but_not_in_the_status(String kind, String object, String whole) {
        // Given an object of a client
        ObjectNode tree = Samples.tree(object);
        // When it is completed, once or twice
        ZeroValues.write(schema(kind), tree);
        // Then it has the fields that are always written, and nothing else changed
        assertEquals(Samples.tree(whole), tree);
        ZeroValues.write(schema(kind), tree);
        assertEquals(Samples.tree(whole), tree);
    }

    @Test
    void a_kind_without_a_schema_stays_as_it_is() {
        ObjectNode tree = Samples.tree("{'spec':{}}");
        ZeroValues.write(null, tree);
        assertEquals(Samples.tree("{'spec':{}}"), tree);
    }

    private static Schema.Struct schema(String kind) {
        String[] parts = kind.split(" ");
        return parts.length == 1
                ? Objects.requireNonNull(Schemas.builtIn().of("", "v1", parts[0]))
                : Objects.requireNonNull(Schemas.builtIn().of(parts[0], "v1", parts[1]));
    }
}
