package deskmatecalled;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What is read of a file: the class of a path, its methods, what they do, and values that stand there. */
final class Reading {
    final String packageName;
    final String className;
    final String member;
    private final String text;
    private final CompilationUnitTree unit;
    private final SourcePositions places;
    private final ClassTree owner;

    Reading(Path file, String text, List<String> path) throws Exception {
        this.text = text;
        JavacTask task = open(text);
        unit = task.parse().iterator().next();
        places = Trees.instance(task).getSourcePositions();
        packageName = unit.getPackageName() == null ? "" : unit.getPackageName().toString();
        ClassTree found = null;
        StringBuilder name = new StringBuilder();
        List<? extends Tree> inside = unit.getTypeDecls();
        int depth = 0;
        for (String part : path) {
            ClassTree next = null;
            for (Tree one : inside) {
                if (one instanceof ClassTree && ((ClassTree) one).getSimpleName().contentEquals(part)) {
                    next = (ClassTree) one;
                }
            }
            if (next == null) {
                break;
            }
            found = next;
            inside = found.getMembers();
            name.append(depth++ == 0 ? "" : "$").append(part);
        }
        if (found == null || path.size() - depth > 1) {
            throw new Plan.Problem("cannot be called from outside");
        }
        owner = found;
        member = depth == path.size() ? "" : path.get(depth);
        className = packageName.isEmpty() ? name.toString() : packageName + "." + name;
    }

    static JavacTask open(String text) {
        JavaFileObject file = new SimpleJavaFileObject(URI.create("string:///Text.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignored) {
                return text;
            }
        };
        return (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null, told -> { }, null, null, List.of(file));
    }

    /** The lines of a method of this name, where there is but one. */
    Set<Long> findLines(String name) {
        Set<Long> lines = new LinkedHashSet<>();
        List<MethodTree> methods = findOwn(name);
        if (methods.size() == 1) {
            eachStatement(methods.get(0), (at, line) -> lines.add(line));
        }
        return lines;
    }

    private List<MethodTree> findOwn(String name) {
        String own = name.contentEquals(owner.getSimpleName()) ? "<init>" : name;
        List<MethodTree> found = new ArrayList<>();
        for (Tree one : owner.getMembers()) {
            if (one instanceof MethodTree && ((MethodTree) one).getName().contentEquals(own)) {
                found.add((MethodTree) one);
            }
        }
        return found;
    }

    private void eachStatement(MethodTree method, BiConsumer<Integer, Long> use) {
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitBlock(BlockTree block, Void none) {
                block.getStatements().forEach(this::use);
                return super.visitBlock(block, none);
            }

            @Override
            public Void visitCase(CaseTree one, Void none) {
                if (one.getStatements() != null) {
                    one.getStatements().forEach(this::use);
                }
                return super.visitCase(one, none);
            }

            private void use(StatementTree one) {
                long at = places.getStartPosition(unit, one);
                if (at >= 0 && !text.startsWith("super(", (int) at) && !text.startsWith("this(", (int) at)
                        && one.getKind() != Tree.Kind.CLASS && one.getKind() != Tree.Kind.EMPTY_STATEMENT) {
                    use.accept((int) at, unit.getLineMap().getLineNumber(at));
                }
            }
        }.scan(method.getBody(), null);
    }

    /** The file, in which each statement of what is compared says that it is reached. */
    String mark() {
        TreeMap<Integer, Long> marks = new TreeMap<>();
        for (Tree one : owner.getMembers()) {
            if (one instanceof MethodTree && ((MethodTree) one).getBody() != null) {
                String name = ((MethodTree) one).getName().toString();
                String own = name.equals("<init>") ? owner.getSimpleName().toString() : name;
                if ((member.isEmpty() || member.equals(own)) && findOwn(own).size() == 1) {
                    eachStatement((MethodTree) one, marks::put);
                }
            }
        }
        StringBuilder marked = new StringBuilder(text);
        marks.descendingMap().forEach((at, line) -> marked.insert(at, "deskmatecalled.Serve.reach(" + line + "); "));
        return marked.toString();
    }

    /** What methods of this name do besides giving a result, and those of the file that they may call. */
    String findEffect(String name) {
        return Effects.find(unit, name);
    }

    /** A class that has the calls that stand in tests and examples, and values of the code. */
    String writeValues(List<String> tests) throws Exception {
        List<String> calls = new ArrayList<>();
        Set<String> values = new LinkedHashSet<>();
        for (MethodTree one : findOwn(member)) {
            collect(one, calls, values);
        }
        collect(unit, calls, null);
        for (String one : tests) {
            collect(open(one).parse().iterator().next(), calls, null);
        }
        Matcher documented = Pattern.compile("\\b" + Pattern.quote(member.isEmpty() ? "-" : member) + "\\((.*)\\)").matcher(text);
        while (documented.find()) {
            String code = "class Example { Object it = " + member + "(" + documented.group(1) + "); }";
            for (CompilationUnitTree one : open(code).parse()) {
                collect(one, calls, null);
            }
        }
        return writeValues(new ArrayList<>(new LinkedHashSet<>(calls)), new ArrayList<>(values));
    }

    static String writeValues(List<String> calls, List<String> values) {
        return "import java.util.*;\n\npublic class DeskmateValues {\n"
                + "    public static Object[][] calls() { return new Object[][] {" + String.join(", ", calls) + "}; }\n"
                + "    public static Object[] values() { return new Object[] {" + String.join(", ", values) + "}; }\n}\n";
    }

    private void collect(Tree tree, List<String> calls, Set<String> values) {
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
                String name = call.getMethodSelect().toString().replaceAll("(?s).*\\.", "");
                if (name.equals(member) && call.getArguments().stream().allMatch(Reading::isLiteral) && calls.size() < 60) {
                    List<String> args = new ArrayList<>();
                    call.getArguments().forEach(one -> args.add(one.toString()));
                    calls.add("{" + String.join(", ", args) + "}");
                }
                return super.visitMethodInvocation(call, none);
            }

            @Override
            public Void visitLiteral(LiteralTree one, Void none) {
                if (values != null && one.getValue() != null && values.size() < 200) {
                    values.add(one.toString());
                    if (one.getValue() instanceof Integer && Math.abs((Integer) one.getValue()) < 1000000) {
                        values.add(String.valueOf((Integer) one.getValue() - 1));
                        values.add(String.valueOf((Integer) one.getValue() + 1));
                    }
                }
                return null;
            }
        }.scan(tree, null);
    }

    private static boolean isLiteral(ExpressionTree value) {
        if (value instanceof LiteralTree) {
            return true;
        }
        if (value instanceof UnaryTree) {
            return isLiteral(((UnaryTree) value).getExpression());
        }
        if (value instanceof ParenthesizedTree) {
            return isLiteral(((ParenthesizedTree) value).getExpression());
        }
        if (value instanceof NewArrayTree) {
            NewArrayTree array = (NewArrayTree) value;
            return array.getInitializers() != null
                    && (array.getType() == null || array.getType().toString().matches("(String|int|long|char|double|boolean|byte|float|short)(\\[\\])*"))
                    && array.getInitializers().stream().allMatch(Reading::isLiteral);
        }
        if (value instanceof MethodInvocationTree) {
            MethodInvocationTree call = (MethodInvocationTree) value;
            return call.getMethodSelect().toString().matches("(Arrays\\.asList|(List|Set|Map|Optional)\\.of|(Optional|Collections)\\.empty\\w*)")
                    && call.getArguments().stream().allMatch(Reading::isLiteral);
        }
        if (value instanceof NewClassTree) {
            NewClassTree made = (NewClassTree) value;
            return made.getClassBody() == null
                    && made.getIdentifier().toString().matches("(Array|Linked)List<.*>|(Linked)?Hash(Set|Map)<.*>|Tree(Set|Map)<.*>")
                    && made.getArguments().stream().allMatch(Reading::isLiteral);
        }
        return false;
    }
}
