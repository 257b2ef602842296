package io.shiplog.gateway.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Links and redirects behind the proxy. */
class LinksTest {
    private static final LinkRewriting LINKS = new LinkRewriting("/p/proxy", "10.1.2.3:80", "api:6443");

    @ParameterizedTest
    @CsvSource({
        "/x, /p/proxy/x",
        "/, /p/proxy/",
        "/x?y=/z#/w, /p/proxy/x?y=/z#/w",
        "x/y, x/y",
        "?q, ?q",
        "#here, #here",
        "http://10.1.2.3:80/x, /p/proxy/x",
        "//10.1.2.3:80/x, /p/proxy/x",
        "https://api:6443/x, https://api:6443/p/proxy/x",
        "http://example.com/x, http://example.com/x",
        "//example.com/x, //example.com/x",
        "/p/proxy/x, /p/proxy/x",
        "mailto:/x, mailto:/x",
        "javascript:/x/, javascript:/x/"
    })
    void aLinkToThePageItselfLeadsThroughTheProxy(String link, String rewritten) {
        assertEquals(rewritten, LINKS.rewritten(link));
    }

    private static String page(String html, SplittableRandom random) {
        HtmlLinks links = new HtmlLinks(LINKS::rewritten);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(7));
            out.writeBytes(links.pass(java.util.Arrays.copyOfRange(bytes, at, at + length)));
            at += length;
        }
        out.writeBytes(links.end());
        return out.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<a href=\"/rewriteme\">test</a> | <a href=\"/p/proxy/rewriteme\">test</a>",
                "<A  HREF = '/x' title=\"/y\">é</A> | <A  HREF = '/p/proxy/x' title=\"/y\">é</A>",
                "<img src=/x.png><br/><link href=/y> | <img src=/p/proxy/x.png><br/><link href=/p/proxy/y>",
                "<img alt=\"a > b\" src=\"/x\"/> | <img alt=\"a > b\" src=\"/p/proxy/x\"/>",
                "<!-- <a href=\"/x\"> --><a href=\"/y\"> | <!-- <a href=\"/x\"> --><a href=\"/p/proxy/y\">",
                "<script>if (a<b) f('<a href=\"/x\">')</script><a href=/y> | <script>if (a<b) f('<a href=\"/x\">')</script><a href=/p/proxy/y>",
                "<script src=/x></script > | <script src=/p/proxy/x></script >",
                "<p data-href=\"/x\">1 < 2</p><div href=/x> | <p data-href=\"/x\">1 < 2</p><div href=/x>",
                "<form action=\"/a\"><input formaction='/b' value=/c> | <form action=\"/p/proxy/a\"><input formaction='/p/proxy/b' value=/c>",
                "<a href=\"/x | <a href=\"/x",
                "<a =x href=/y>< a href=/z> | <a =x href=/p/proxy/y>< a href=/z>",
                "<a href=\"\" id> | <a href=\"\" id>"
            })
    void linksOfAPageAreRewrittenHoweverItIsCut(String html, String rewritten) {
        for (long seed = 0; seed < 50; seed++) {
            assertEquals(rewritten, page(html, new SplittableRandom(seed)), "seed " + seed);
        }
    }

    /** A page of a hostile pod is bounded, and loses no byte. */
    @Test
    void aTagWithoutAnEndPassesUnchanged() {
        String endless = "<a href=\"" + "/x".repeat(HtmlLinks.MAX_TAG) + "\"><a href=\"/y\">";

        assertEquals(endless.replace("\"/y\"", "\"/p/proxy/y\""), page(endless, new SplittableRandom(1)));
    }
}
