package io.lockstep.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A project with this one's layout and nothing in it, to break its rules in. */
final class FixtureProject {

    private static final List<String> LIBRARIES =
            List.of("io.grpc", "com.google.protobuf", "io.quarkus.runtime", "javax.inject");

    private final Path root;
    private final Path stubs;

    /** @param stubs where {@link #compileStubs} left what the classes of this project can use */
    FixtureProject(Path root, Path stubs) {
        this.root = root;
        this.stubs = stubs;
    }

    /** One class {@code Stub} for each module, and for each library that a rule knows. */
    static void compileStubs(Path directory) throws IOException {
        String[] sources = Stream.concat(
                        Stream.of(ProjectModule.values()).map(m -> "io.lockstep." + m.subject()), LIBRARIES.stream())
                .map(p -> "package " + p + "; public class Stub { public static Object get() { return null; } }")
                .toArray(String[]::new);
        compile(directory, directory, sources);
    }

    /** A class of the module, in which this is the value of an expression. */
    void addExpression(ProjectModule module, String expression) throws IOException {
        add(
                module,
                "package io.lockstep." + module.subject()
                        + "; class Fixture { Object value() throws Exception { return " + expression + "; } }");
    }

    void add(ProjectModule module, String... sources) throws IOException {
        compile(module.target(root).resolve("classes"), stubs, sources);
    }

    /** @param content what stands in the {@code <project>} */
    void addPom(ProjectModule module, String content) throws IOException {
        Path file = root.resolve(module.directory()).resolve("pom.xml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, """
                <?xml version="1.0" encoding="UTF-8"?>
                <project xmlns="http://maven.apache.org/POM/4.0.0">
                  <artifactId>%s</artifactId>
                  %s
                </project>
                """.formatted(module.artifact(), content));
    }

    private static void compile(Path directory, Path library, String... sources) throws IOException {
        Files.createDirectories(directory);
        List<Source> units = new ArrayList<>();
        for (String source : sources) {
            units.add(new Source(units.size(), source));
        }
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", directory.toString(), "-cp", directory + File.pathSeparator + library);
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .getTask(said, null, null, options, null, units)
                        .call())
                .as(() -> said.toString())
                .isTrue();
    }

    private static final class Source extends SimpleJavaFileObject {

        private final String text;

        Source(int number, String text) {
            super(URI.create("fixture:///" + number + ".java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        /** Here a public class need not be in a file of its name. */
        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
