package io.lockstep.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import javax.xml.xpath.XPathNodes;
import org.w3c.dom.Document;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** What a {@code pom.xml} itself says: nothing is inherited or resolved. */
record Pom(List<String> modules, List<Dependency> dependencies) {

    /** @param scope as written; empty where it is Maven's default, compile */
    record Dependency(String group, String artifact, String scope) {

        /** Whether the module's own code, and not only its tests, sees it. */
        boolean isProduction() {
            return !scope.equals("test");
        }

        boolean isOurs() {
            return group.equals("io.lockstep") || group.startsWith("${project.") || artifact.startsWith("lockstep-");
        }

        @Override
        public String toString() {
            return group + ":" + artifact + (scope.isEmpty() ? "" : " (" + scope + ")");
        }
    }

    static Pom read(Path file) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            Document document = factory.newDocumentBuilder().parse(file.toFile());
            XPath xpath = XPathFactory.newDefaultInstance().newXPath();
            List<String> modules = new ArrayList<>();
            for (Node module : nodes(xpath, "//modules/module", document)) {
                modules.add(module.getTextContent().strip());
            }
            List<Dependency> dependencies = new ArrayList<>();
            for (Node dependency :
                    nodes(xpath, "/project/dependencies/* | /project/profiles/profile/dependencies/*", document)) {
                dependencies.add(new Dependency(
                        xpath.evaluate("normalize-space(groupId)", dependency),
                        xpath.evaluate("normalize-space(artifactId)", dependency),
                        xpath.evaluate("normalize-space(scope)", dependency)));
            }
            return new Pom(List.copyOf(modules), List.copyOf(dependencies));
        } catch (ParserConfigurationException | SAXException | XPathExpressionException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static XPathNodes nodes(XPath xpath, String expression, Document document) throws XPathExpressionException {
        return xpath.evaluateExpression(expression, document, XPathNodes.class);
    }
}
