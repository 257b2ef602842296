package io.shiplog.command.control.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import org.junit.jupiter.api.Test;

class ContentHashTest {
    private static final JsonNode REVISION = Json.of("""
            {"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"sts"}},"spec":{"containers":[{"image":"nginx:1.27",\
            "imagePullPolicy":"IfNotPresent","name":"c","resources":{},"terminationMessagePath":"/dev/termination-log",\
            "terminationMessagePolicy":"File","volumeMounts":[{"mountPath":"/d","name":"data"}]}],"dnsPolicy":"ClusterFirst",\
            "restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}}}""").tree();

    /** The name that Kubernetes 1.36 gives the revision of this template. */
    @Test
    void theHashOfARevisionIsThatOfKubernetes() {
        assertEquals("dd7cb659d", ContentHash.ofRevision(REVISION, 0));
        assertNotEquals("dd7cb659d", ContentHash.ofRevision(REVISION, 1));
    }

    @Test
    void theOrderOfFieldsDoesNotCount() {
        assertEquals(
                ContentHash.of(Json.of("{\"a\":1,\"b\":[2]}").tree(), 0),
                ContentHash.of(Json.of("{\"b\":[2],\"a\":1}").tree(), 0));
        assertNotEquals(
                ContentHash.of(Json.of("{\"a\":1}").tree(), 0),
                ContentHash.of(Json.of("{\"a\":1}").tree(), 1));
    }
}
