package io.shiplog.command.kind.core.event;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.Samples;
import org.junit.jupiter.api.Test;

class EventFormsTest {
    @Test
    void there_and_back_is_the_same() {
        ObjectNode core = Samples.tree("{'metadata':{'name':'web.1'},'involvedObject':{'kind':'Pod','name':'web'},"
                + "'message':'m','source':{'component':'kubelet'},'firstTimestamp':'2026-01-01T00:00:00Z','count':2,"
                + "'reportingComponent':'kubelet','reason':'Pulled'}");
        EventForms forms = new EventForms();

        ObjectNode served = forms.fromStored(core);

        assertEquals("m", served.path("note").asText());
        assertEquals("web", served.path("regarding").path("name").asText());
        assertEquals(core, forms.toStored(served));
    }
}
