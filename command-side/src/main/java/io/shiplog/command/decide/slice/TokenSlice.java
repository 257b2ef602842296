package io.shiplog.command.decide.slice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.object.TypeRules;
import io.shiplog.command.decide.slice.Reading.Asked;
import io.shiplog.command.decide.slice.Reading.Unreadable;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.command.decide.write.DecisionContext;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.log.ChangeType;
import io.shiplog.events.log.EventVerb;
import io.shiplog.projections.image.StoredObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Records that a token is handed out. The command's body is the TokenRequest as it is granted, without the token: {@code TokenIssuer} makes the
 * token, and hands it out once this event is in the log.
 */
public final class TokenSlice implements Slice<RequestToken> {
    /** The annotation of the event's value about the token. */
    public static final String ANNOTATION = "shiplog.io/token-issued";

    @Override
    public Reading read(Inquiry inquiry, RequestToken command) {
        return command.type().equals(TypeRules.SERVICE_ACCOUNTS)
                ? inquiry.asked(command)
                : new Unreadable(Inquiry.unknownType());
    }

    @Override
    public Decision decide(DecisionContext context, Asked asked, RequestToken command, StoredObject current) {
        JsonNode granted = command.body().tree();
        ObjectNode issued = JsonNodeFactory.instance.objectNode();
        issued.put("expires", granted.path("status").path("expirationTimestamp").asText());
        List<String> audiences = new ArrayList<>();
        granted.path("spec").path("audiences").forEach(audience -> audiences.add(audience.asText()));
        AccessEvent.put(issued.putArray("audiences"), audiences);
        JsonNode bound = granted.path("spec").path("boundObjectRef");
        if (bound.isObject()) {
            AccessEvent.put(
                    issued.putArray("boundTo"),
                    List.of(bound.path("kind").asText(), bound.path("name").asText()));
        }
        return AccessEvent.of(context, current, ChangeType.TOKEN_ISSUED, EventVerb.TOKEN, ANNOTATION, issued);
    }
}
