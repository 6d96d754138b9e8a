import type { Language } from './language.ts'

/** The words that rewriters put around a document's own sentences. */
export interface Phrases {
  readonly question: string
  readonly answer: string
  readonly explanation: string
  readonly user: string
  readonly assistant: string
  readonly instruction: string
  readonly response: string
  readonly overview: string
  readonly keyPoints: string
  readonly check: string
  readonly learn: (topic: string) => string
  readonly askOverview: (topic: string) => string
  readonly askAbout: (topic: string) => string
  readonly askMore: readonly string[]
  readonly askLast: string
  readonly askGap: (sentence: string) => string
  readonly explain: (topic: string) => string
  readonly nothing: string
}

/** By language. Numbers of speakers play no part: these are the languages that the real test documents have. */
export const phrases: Readonly<Record<Language, Phrases>> = {
  en: {
    question: 'Question: ', answer: 'Answer: ', explanation: 'Explanation: ', user: 'User: ', assistant: 'Assistant: ',
    instruction: 'Instruction: ', response: 'Response: ', overview: 'Overview', keyPoints: 'Key points',
    check: 'Check your understanding',
    learn: (topic) => `In this lesson you will learn about “${topic}”.`,
    askOverview: (topic) => `Can you give me an overview of “${topic}”?`,
    askAbout: (topic) => `What should I know about “${topic}”?`,
    askMore: ['Can you tell me more about that?', 'What else is important here?', 'And what comes next?'],
    askLast: 'Thanks. What should I remember above all?',
    askGap: (sentence) => `Which word or figure belongs in the gap? ${sentence}`,
    explain: (topic) => `Explain what is important about “${topic}”.`,
    nothing: 'There is no text to work with.',
  },
  fr: {
    question: 'Question : ', answer: 'Réponse : ', explanation: 'Explication : ', user: 'Utilisateur : ',
    assistant: 'Assistant : ', instruction: 'Consigne : ', response: 'Réponse : ', overview: 'Vue d’ensemble',
    keyPoints: 'Points essentiels', check: 'Vérifiez vos connaissances',
    learn: (topic) => `Sujet de cette leçon : ${topic}.`,
    askOverview: (topic) => `Pouvez-vous me donner une vue d’ensemble du sujet « ${topic} » ?`,
    askAbout: (topic) => `Que faut-il savoir sur le point « ${topic} » ?`,
    askMore: ['Pouvez-vous m’en dire plus ?', 'Quoi d’autre est important ici ?', 'Et ensuite ?'],
    askLast: 'Merci. Que faut-il retenir avant tout ?',
    askGap: (sentence) => `Quel mot ou quel chiffre complète la phrase ? ${sentence}`,
    explain: (topic) => `Expliquez l’essentiel du sujet « ${topic} ».`,
    nothing: 'Il n’y a pas de texte à traiter.',
  },
  de: {
    question: 'Frage: ', answer: 'Antwort: ', explanation: 'Erklärung: ', user: 'Nutzer: ', assistant: 'Assistent: ',
    instruction: 'Aufgabe: ', response: 'Antwort: ', overview: 'Überblick', keyPoints: 'Das Wichtigste',
    check: 'Prüfen Sie Ihr Wissen',
    learn: (topic) => `In dieser Lektion geht es um: ${topic}.`,
    askOverview: (topic) => `Können Sie mir einen Überblick zum Thema „${topic}“ geben?`,
    askAbout: (topic) => `Was sollte man zum Thema „${topic}“ wissen?`,
    askMore: ['Können Sie mehr dazu sagen?', 'Was ist hier noch wichtig?', 'Und wie geht es weiter?'],
    askLast: 'Danke. Was sollte ich mir vor allem merken?',
    askGap: (sentence) => `Welches Wort oder welche Zahl gehört in die Lücke? ${sentence}`,
    explain: (topic) => `Erklären Sie das Wichtigste zum Thema „${topic}“.`,
    nothing: 'Es ist kein Text vorhanden.',
  },
  es: {
    question: 'Pregunta: ', answer: 'Respuesta: ', explanation: 'Explicación: ', user: 'Usuario: ',
    assistant: 'Asistente: ', instruction: 'Instrucción: ', response: 'Respuesta: ', overview: 'Resumen general',
    keyPoints: 'Puntos clave', check: 'Compruebe lo aprendido',
    learn: (topic) => `Tema de esta lección: ${topic}.`,
    askOverview: (topic) => `¿Puede darme una visión general de «${topic}»?`,
    askAbout: (topic) => `¿Qué hay que saber sobre «${topic}»?`,
    askMore: ['¿Puede contarme más?', '¿Qué más es importante aquí?', '¿Y después?'],
    askLast: 'Gracias. ¿Qué debo recordar ante todo?',
    askGap: (sentence) => `¿Qué palabra o cifra completa la frase? ${sentence}`,
    explain: (topic) => `Explique lo más importante sobre «${topic}».`,
    nothing: 'No hay texto que procesar.',
  },
  ru: {
    question: 'Вопрос: ', answer: 'Ответ: ', explanation: 'Пояснение: ', user: 'Пользователь: ',
    assistant: 'Ассистент: ', instruction: 'Задание: ', response: 'Ответ: ', overview: 'Обзор',
    keyPoints: 'Главное', check: 'Проверьте себя',
    learn: (topic) => `Тема этого урока: ${topic}.`,
    askOverview: (topic) => `Можете дать общее представление о теме «${topic}»?`,
    askAbout: (topic) => `Что нужно знать о теме «${topic}»?`,
    askMore: ['Можете рассказать об этом подробнее?', 'Что ещё здесь важно?', 'А что дальше?'],
    askLast: 'Спасибо. Что следует запомнить прежде всего?',
    askGap: (sentence) => `Какое слово или число пропущено? ${sentence}`,
    explain: (topic) => `Объясните главное по теме «${topic}».`,
    nothing: 'Текста нет.',
  },
  zh: {
    question: '问题：', answer: '答案：', explanation: '解释：', user: '用户：', assistant: '助手：',
    instruction: '指令：', response: '回答：', overview: '概述', keyPoints: '要点', check: '检查理解',
    learn: (topic) => `本课主题：${topic}。`,
    askOverview: (topic) => `能概括介绍一下“${topic}”吗？`,
    askAbout: (topic) => `关于“${topic}”，需要了解什么？`,
    askMore: ['能再详细说说吗？', '这里还有什么重要的内容？', '接下来呢？'],
    askLast: '谢谢。最应该记住的是什么？',
    askGap: (sentence) => `空格处应填什么？${sentence}`,
    explain: (topic) => `请说明“${topic}”的要点。`,
    nothing: '没有可处理的文本。',
  },
  ja: {
    question: '質問：', answer: '回答：', explanation: '解説：', user: 'ユーザー：', assistant: 'アシスタント：',
    instruction: '指示：', response: '応答：', overview: '概要', keyPoints: '要点', check: '理解度の確認',
    learn: (topic) => `このレッスンのテーマ：${topic}。`,
    askOverview: (topic) => `「${topic}」の概要を教えてください。`,
    askAbout: (topic) => `「${topic}」について何を知っておくべきですか？`,
    askMore: ['もう少し詳しく教えてください。', 'ほかに重要な点は何ですか？', '次はどうなりますか？'],
    askLast: 'ありがとうございます。最も覚えておくべきことは何ですか？',
    askGap: (sentence) => `空欄に入る語句は何ですか？${sentence}`,
    explain: (topic) => `「${topic}」の要点を説明してください。`,
    nothing: '処理するテキストがありません。',
  },
  ko: {
    question: '질문: ', answer: '답변: ', explanation: '설명: ', user: '사용자: ', assistant: '어시스턴트: ',
    instruction: '지시: ', response: '응답: ', overview: '개요', keyPoints: '핵심 내용', check: '이해도 확인',
    learn: (topic) => `이 수업의 주제: ${topic}.`,
    askOverview: (topic) => `‘${topic}’에 대해 전반적으로 설명해 주시겠어요?`,
    askAbout: (topic) => `‘${topic}’에 대해 무엇을 알아야 하나요?`,
    askMore: ['좀 더 자세히 설명해 주시겠어요?', '여기서 또 중요한 것은 무엇인가요?', '그다음은 무엇인가요?'],
    askLast: '감사합니다. 무엇을 가장 기억해야 할까요?',
    askGap: (sentence) => `빈칸에 들어갈 말은 무엇인가요? ${sentence}`,
    explain: (topic) => `‘${topic}’의 핵심을 설명해 주세요.`,
    nothing: '처리할 텍스트가 없습니다.',
  },
  ar: {
    question: 'السؤال: ', answer: 'الجواب: ', explanation: 'الشرح: ', user: 'المستخدم: ', assistant: 'المساعد: ',
    instruction: 'التعليمات: ', response: 'الرد: ', overview: 'نظرة عامة', keyPoints: 'أهم النقاط', check: 'اختبر فهمك',
    learn: (topic) => `موضوع هذا الدرس: ${topic}.`,
    askOverview: (topic) => `هل يمكنك أن تعطيني نظرة عامة عن «${topic}»؟`,
    askAbout: (topic) => `ما الذي ينبغي معرفته عن «${topic}»؟`,
    askMore: ['هل يمكنك التوضيح أكثر؟', 'ما الأمور الأخرى المهمة هنا؟', 'وماذا بعد ذلك؟'],
    askLast: 'شكرًا. ما أهم شيء يجب أن أتذكره؟',
    askGap: (sentence) => `ما الكلمة أو الرقم المناسب للفراغ؟ ${sentence}`,
    explain: (topic) => `اشرح أهم ما يتعلق بـ«${topic}».`,
    nothing: 'لا يوجد نص للعمل عليه.',
  },
}
