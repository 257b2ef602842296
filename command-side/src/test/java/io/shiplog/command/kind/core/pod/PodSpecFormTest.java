package io.shiplog.command.kind.core.pod;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import org.junit.jupiter.api.Test;

class PodSpecFormTest {
    private static JsonNode form(String spec) {
        return PodSpecForm.of(Json.of(spec.replace('\'', '"')).tree());
    }

    @Test
    void absent_fields_are_shown() {
        JsonNode form = form("{'containers':[{'name':'c','resources':{}}],'hostNetwork':true,'dnsPolicy':'Default'}");

        String start = "{'Volumes':null,'InitContainers':null,'Containers':[{'Name':'c','Image':'','Command':null,"
                + "'Args':null,'WorkingDir':'','Ports':null,'EnvFrom':null,'Env':null,"
                + "'Resources':{'Limits':null,'Requests':null,'Claims':null},'ResizePolicy':null,";
        assertTrue(form.toString().startsWith(start.replace('\'', '"')), form::toString);
        assertEquals("Default", form.path("DNSPolicy").asText());
        // The internal type has these in the security context, which is always there.
        assertTrue(form.path("SecurityContext").path("HostNetwork").asBoolean());
        assertTrue(form.path("SecurityContext").path("SELinuxOptions").isNull());
    }

    @Test
    void sources_of_volumes_are_embedded_and_some_names_differ() {
        JsonNode volumes = form("{'volumes':[{'name':'v','rbd':{'monitors':['m'],'image':'i'}},{'name':'w'}]}")
                .path("Volumes");

        assertEquals("[\"m\"]", volumes.path(0).path("RBD").path("CephMonitors").toString());
        assertEquals("i", volumes.path(0).path("RBD").path("RBDImage").asText());
        assertTrue(volumes.path(1).path("VsphereVolume").isNull());
        assertTrue(volumes.path(1).has("AzureDisk"));
    }
}
