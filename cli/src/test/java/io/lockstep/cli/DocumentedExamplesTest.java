package io.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.cli.fake.ExampleCluster;
import io.lockstep.cli.fake.FakeCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every example in the documentation is typed as it stands there, one after the other, and has to print what stands there.
 * {@code -Dlockstep.docs.update=true} writes what they print now into the file instead.
 */
class DocumentedExamplesTest {

    private static final Path DOCUMENT = Path.of("../docs/cli.md");
    private static final Pattern EXAMPLE =
            Pattern.compile("```console\n\\$ lockstepctl ([^\n]*)\n(.*?)```", Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final String QEMU_INI = """
            [actions]
            prepare = shared
            started = exclusive
            stopped = unlock
            release = unlock
            """;

    @TempDir
    Path directory;

    @Test
    void every_documented_example_prints_what_the_document_says() throws IOException {
        String document = Files.readString(DOCUMENT);
        Path ini = Files.writeString(directory.resolve("qemu.ini"), QEMU_INI);
        StringBuilder actual = new StringBuilder();
        try (FakeCluster cluster = ExampleCluster.start()) {
            Ctl ctl = Ctl.of(cluster)
                    .with("LOCKSTEP_BYPASS_DIR", directory.resolve("bypass.d").toString());
            Matcher example = EXAMPLE.matcher(document);
            while (example.find()) {
                String[] words = words(example.group(1)).stream()
                        .map(w -> w.equals("qemu.ini") ? ini.toString() : w)
                        .map(w -> w.equals("h2:7600") ? cluster.endpoint("h2") : w)
                        .toArray(String[]::new);
                Ctl.Run run = ctl.run(words);
                String printed = cluster.readable(run.out() + run.err())
                        .replace(directory.resolve("bypass.d").toString(), "/etc/lockstep/bypass.d");
                String status = run.exit() == 0 ? "" : "(exit code " + run.exit() + ")\n";
                example.appendReplacement(
                        actual,
                        Matcher.quoteReplacement(
                                "```console\n$ lockstepctl " + example.group(1) + "\n" + printed + status + "```"));
            }
            example.appendTail(actual);
        }

        if (Boolean.getBoolean("lockstep.docs.update")) {
            Files.writeString(DOCUMENT, actual);
        }
        assertThat(actual.toString()).isEqualTo(Files.readString(DOCUMENT));
        Ctl.alone().commands().forEach(c -> assertThat(document).contains("lockstepctl " + c));
    }

    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        return words;
    }
}
