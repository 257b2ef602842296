package io.shiplog.docker.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the repository link to files and headings that exist. */
class LinksTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\n]*`");

    private final Map<Path, Set<String>> anchors = new HashMap<>();

    /** Given all pages / when their links are followed / then each leads to a file, and to a heading where it names one. */
    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<Path> pages = pages(ROOT);

        assertTrue(pages.size() > 30, () -> "pages: " + pages);
        assertEquals(Set.of(), broken(pages));
    }

    /** Given a page with a link to a file and to a heading that do not exist / when links are followed / then both are found, and the good ones are not. */
    @Test
    void brokenLinksAreFound(@TempDir Path folder) throws IOException {
        Path page = Files.writeString(folder.resolve("page.md"), """
                # Two words: here
                [good](page.md) [good](#two-words-here) [good](https://example.org/x) `[code](none.md)`
                [no file](none.md) [no heading](page.md#three-words)
                """);

        assertEquals(
                Set.of(page.getFileName() + ": none.md", page.getFileName() + ": page.md#three-words"),
                broken(List.of(page)));
    }

    private static List<Path> pages(Path root) throws IOException {
        try (Stream<Path> top = Files.list(root);
                Stream<Path> docs = Files.walk(root.resolve("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    private Set<String> broken(List<Path> pages) throws IOException {
        Set<String> broken = new TreeSet<>();
        for (Path page : pages) {
            String text = CODE.matcher(Files.readString(page)).replaceAll("");
            LINK.matcher(text)
                    .results()
                    .map(match -> match.group(1))
                    .filter(link -> !link.contains("://") && !leads(page, link))
                    .forEach(link -> broken.add(page.getFileName() + ": " + link));
        }
        return broken;
    }

    private boolean leads(Path page, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path target = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(target)
                && (hash < 0
                        || anchors.computeIfAbsent(target, LinksTest::anchorsOf).contains(link.substring(hash + 1)));
    }

    /** The anchors that GitHub makes of headings: lower case, blanks as hyphens, without punctuation. */
    private static Set<String> anchorsOf(Path page) {
        try {
            String text = Pattern.compile("(?ms)^```.*?^```")
                    .matcher(Files.readString(page))
                    .replaceAll("");
            return HEADING.matcher(text)
                    .results()
                    .map((MatchResult match) -> match.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
