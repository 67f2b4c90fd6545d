package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.lockstep.lab.scenario.Scenario;
import io.lockstep.lab.scenarios.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/reliability.md: whatever it names exists, so that a row cannot outlive its test. */
class ReliabilityTableTest {

    private static final Path TABLE = ProjectModule.ROOT.resolve("docs/reliability.md");
    private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|IT))\\.(\\w+)`");

    /** @param tests {@code Class.method} */
    private record Row(String situation, List<String> tests, List<String> scenarios) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : Files.readAllLines(TABLE)) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 6
                    && !cells[1].isBlank()
                    && !cells[1].contains("---")
                    && !cells[1].contains("situation")) {
                List<String> tests = new ArrayList<>();
                Matcher named = NAMED.matcher(cells[3]);
                while (named.find()) {
                    tests.add(named.group(1) + "." + named.group(2));
                }
                rows.add(new Row(
                        cells[1].strip(),
                        tests,
                        Stream.of(cells[4].split(","))
                                .map(String::strip)
                                .filter(s -> !s.isEmpty())
                                .toList()));
            }
        }
        return rows;
    }

    /** Sources and not classes: of a test that is not compiled any more a class may still lie around. */
    private static Map<String, String> sourcesOfTests() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (ProjectModule module : ProjectModule.values()) {
            add(sources, ProjectModule.ROOT.resolve(module.directory()).resolve("src/test/java"));
        }
        add(sources, ProjectModule.ROOT.resolve("deploy/src/test/java"));
        return sources;
    }

    private static void add(Map<String, String> sources, Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                // Two modules may each have a class of this name.
                sources.merge(
                        file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
            }
        }
    }

    @Test
    void every_situation_has_a_test_that_exists() throws IOException {
        Map<String, String> sources = sourcesOfTests();

        assertThat(rows()).hasSizeGreaterThan(30).allSatisfy(row -> {
            assertThat(row.tests()).as(row.situation()).isNotEmpty();
            for (String test : row.tests()) {
                String type = test.substring(0, test.indexOf('.'));
                assertThat(sources).as(row.situation()).containsKey(type);
                assertThat(sources.get(type))
                        .as(row.situation())
                        .contains("void " + test.substring(test.indexOf('.') + 1) + "(");
            }
        });
    }

    @Test
    void every_scenario_that_is_named_exists() throws IOException {
        List<String> known = Scenarios.ALL.stream().map(Scenario::name).toList();

        assertThat(rows())
                .allSatisfy(row -> assertThat(known).as(row.situation()).containsAll(row.scenarios()));
    }
}
