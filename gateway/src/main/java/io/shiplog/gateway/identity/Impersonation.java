package io.shiplog.gateway.identity;

import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.GoQuote;
import io.shiplog.events.object.Actor;
import io.shiplog.gateway.outcome.Checked;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.image.Image;
import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code kubectl --as}: acting as another user, if permitted.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">User impersonation</a>
 */
public final class Impersonation {
    private static final String USER = "Impersonate-User";
    private static final String GROUP = "Impersonate-Group";
    private static final String UID = "Impersonate-Uid";
    private static final String EXTRA = "impersonate-extra-";
    private static final String PREFIX = "impersonate-";
    private static final String VERB = "impersonate";
    private static final String GROUP_OF_EXTRAS = "authentication.k8s.io";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private final Gatekeeper gatekeeper;

    public Impersonation(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    /** The effective user: the actor, or the user that it impersonates. */
    public Checked<Actor> apply(Actor actor, MultiMap headers, Image image) {
        String user = headers.get(USER);
        List<String> groups = headers.getAll(GROUP);
        if (user == null && groups.isEmpty() && !other(headers)) {
            return Checked.ok(actor);
        }
        if (user == null) {
            return Checked.bad(
                    "requested &user.DefaultInfo{Name:\"\", UID:%s, Groups:[]string%s, Extra:map[string][]string%s} without impersonating a user name"
                            .formatted(
                                    GoQuote.of(Objects.requireNonNullElse(headers.get(UID), "")),
                                    list(groups),
                                    extra(headers)));
        }
        Refusal refusal = gatekeeper.refusal(image, mayBe(actor, user));
        for (String group : groups) {
            if (refusal == null) {
                refusal = gatekeeper.refusal(image, AccessRequest.resource(actor, VERB, "", "groups", "", "", group));
            }
        }
        if (refusal == null) {
            refusal = attributesRefusal(actor, headers, image);
        }
        return refusal == null
                ? Checked.ok(standIn(user, groups).impersonatedBy(actor.user()))
                : Checked.refused(refusal);
    }

    /** The impersonated user with the uid and the extra attributes that the headers give it. */
    public static UserInfo attributes(Actor user, MultiMap headers) {
        return new UserInfo(user, Objects.requireNonNullElse(headers.get(UID), ""), extras(headers));
    }

    /** A uid and each value of an extra attribute need a permission of their own. */
    private @Nullable Refusal attributesRefusal(Actor actor, MultiMap headers, Image image) {
        String uid = headers.get(UID);
        Refusal refusal = uid == null
                ? null
                : gatekeeper.refusal(image, AccessRequest.resource(actor, VERB, GROUP_OF_EXTRAS, "uids", "", "", uid));
        for (Map.Entry<String, List<String>> extra : extras(headers).entrySet()) {
            for (String value : extra.getValue()) {
                if (refusal == null) {
                    refusal = gatekeeper.refusal(
                            image,
                            AccessRequest.resource(
                                    actor, VERB, GROUP_OF_EXTRAS, "userextras", extra.getKey(), "", value));
                }
            }
        }
        return refusal;
    }

    private static SortedMap<String, List<String>> extras(MultiMap headers) {
        SortedMap<String, List<String>> extra = new TreeMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(EXTRA)) {
                extra.computeIfAbsent(unescaped(name.substring(EXTRA.length())), key -> new ArrayList<>())
                        .add(header.getValue());
            }
        }
        return extra;
    }

    /** A key may have characters that no header's name has; one that is wrongly escaped counts as it is. */
    private static String unescaped(String key) {
        try {
            return URLDecoder.decode(key.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return key;
        }
    }

    private static String list(List<String> texts) {
        return texts.isEmpty() ? "(nil)" : texts.stream().map(GoQuote::of).collect(Collectors.joining(", ", "{", "}"));
    }

    private static String extra(MultiMap headers) {
        Map<String, List<String>> extra = extras(headers);
        return extra.isEmpty()
                ? "(nil)"
                : extra.entrySet().stream()
                        .map(entry -> GoQuote.of(entry.getKey()) + ":[]string" + list(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    private static boolean other(MultiMap headers) {
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey();
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())
                    && !name.equalsIgnoreCase(USER)
                    && !name.equalsIgnoreCase(GROUP)) {
                return true;
            }
        }
        return false;
    }

    private static AccessRequest mayBe(Actor actor, String user) {
        String[] account = serviceAccount(user);
        return account.length == 2
                ? AccessRequest.resource(actor, VERB, "", "serviceaccounts", "", account[0], account[1])
                : AccessRequest.resource(actor, VERB, "", "users", "", "", user);
    }

    private static Actor standIn(String user, List<String> asked) {
        List<String> groups = new ArrayList<>(asked);
        String[] account = serviceAccount(user);
        if (groups.isEmpty() && account.length == 2) {
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + account[0]);
        }
        String defaultGroup =
                user.equals(Authentication.ANONYMOUS.user()) ? "system:unauthenticated" : Authentication.AUTHENTICATED;
        if (!groups.contains(defaultGroup)) {
            groups.add(defaultGroup);
        }
        return new Actor(user, groups);
    }

    /** Namespace and name of a ServiceAccount's user name; two parts only for a valid one. */
    private static String[] serviceAccount(String user) {
        return user.startsWith(SERVICE_ACCOUNT)
                ? user.substring(SERVICE_ACCOUNT.length()).split(":", -1)
                : new String[0];
    }
}
