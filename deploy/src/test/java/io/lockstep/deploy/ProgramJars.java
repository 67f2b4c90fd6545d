package io.lockstep.deploy;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The jars of a packaged program, and what has no business in them. */
final class ProgramJars {

    private static final List<String> TEST_LIBRARIES = List.of(
            "com/tngtech/archunit/",
            "io/quarkus/test/",
            "io/restassured/",
            "junit/framework/",
            "net/jqwik/",
            "org/apiguardian/",
            "org/assertj/",
            "org/awaitility/",
            "org/hamcrest/",
            "org/jacoco/",
            "org/junit/",
            "org/mockito/",
            "org/opentest4j/",
            "org/testcontainers/");

    private final Path directory;
    private final List<Path> jars;

    /** @throws IllegalStateException naming the directory when there is no jar below it: then there is nothing to judge */
    ProgramJars(Path directory) throws IOException {
        this.directory = directory;
        if (!Files.isDirectory(directory)) {
            throw new IllegalStateException(directory + " is missing: package the whole project first");
        }
        try (Stream<Path> files = Files.walk(directory)) {
            jars = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
        }
        if (jars.isEmpty()) {
            throw new IllegalStateException("there is no jar below " + directory + ": package the whole project first");
        }
    }

    /** The file names of this project's jars. */
    List<String> ours() {
        return jars.stream()
                .map(j -> j.getFileName().toString())
                .filter(n -> n.contains("lockstep"))
                .toList();
    }

    /** The names of all files in all jars, and in jars in them. */
    List<String> entries() throws IOException {
        List<String> entries = new ArrayList<>();
        visit((jar, name, content) -> entries.add(name));
        return entries;
    }

    /** @return jar and entry of everything that belongs to a test, for a person */
    List<String> foreign() throws IOException {
        List<String> foreign = new ArrayList<>();
        visit((jar, name, content) -> {
            String path = name.replaceFirst("^META-INF/versions/\\d+/", "");
            if (TEST_LIBRARIES.stream().anyMatch(path::startsWith)) {
                foreign.add(jar + ": " + name + " is of a test library");
            } else if (path.startsWith("io/lockstep/simulator/")) {
                foreign.add(jar + ": " + name + " is of the simulator");
            } else if (namesSimulator(content)) {
                foreign.add(jar + ": " + name + " names the simulator");
            }
        });
        return foreign;
    }

    /** In a class file a name stands as it is, whether code links to it or only looks it up as text. */
    private static boolean namesSimulator(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return text.contains("io/lockstep/simulator") || text.contains("io.lockstep.simulator");
    }

    @FunctionalInterface
    private interface Visitor {

        void file(String jar, String name, byte[] content);
    }

    private void visit(Visitor visitor) throws IOException {
        for (Path jar : jars) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(jar))) {
                visit(directory.relativize(jar).toString(), in, visitor);
            }
        }
    }

    private static void visit(String jar, InputStream in, Visitor visitor) throws IOException {
        // Not closed here: of a jar in a jar the outer one goes on.
        @SuppressWarnings("resource")
        ZipInputStream zip = new ZipInputStream(in);
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (entry.getName().endsWith(".jar")) {
                visit(jar + "!" + entry.getName(), zip, visitor);
            } else if (!entry.isDirectory()) {
                visitor.file(jar, entry.getName(), zip.readAllBytes());
            }
        }
    }
}
